package dev.berth.provisioner.volume;

/** A driver could not do what it was asked. The code is stable, the message for people. */
public final class VolumeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String code;

    public VolumeException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** Such as {@code no_room}. */
    public String code() {
        return code;
    }
}
