package dev.berth.provisioner.stream;

/** Somebody reads more slowly than a program writes that does not wait for them. */
final class TooSlow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooSlow(int bytes) {
        super("%d KiB of output were not read yet, and the container does not wait for a reader; its logs have them"
                .formatted(bytes / 1024));
    }
}
