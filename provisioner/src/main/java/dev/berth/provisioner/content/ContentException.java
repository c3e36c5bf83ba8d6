package dev.berth.provisioner.content;

/** What a container is to be given cannot be had. The message is for people and has nothing of a secret. */
public final class ContentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ContentException(String message) {
        super(message);
    }
}
