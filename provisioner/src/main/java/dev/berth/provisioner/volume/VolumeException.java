package dev.berth.provisioner.volume;

/**
 * A driver could not do what it was asked. The code is stable, the message for the customer; what the host itself said, with its paths
 * and its room, is in the detail, for its operator only.
 */
public final class VolumeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The code where the host itself is at fault. */
    static final String HOST_FAILED = "host_failed";

    private final String code;
    private final String detail;

    /** One whose message says all. */
    public VolumeException(String code, String message) {
        this(code, message, message);
    }

    /** One of which the operator is told more. */
    public VolumeException(String code, String message, String detail) {
        super(message);
        this.code = code;
        this.detail = detail;
    }

    /** The host itself is at fault, and only its operator can do something about it. */
    static VolumeException ofHost(String detail) {
        return new VolumeException(
                HOST_FAILED,
                "the host could not do it; why is in the log of its operator, and it is tried again",
                detail);
    }

    /** Such as {@code no_room}. */
    public String code() {
        return code;
    }

    /** For the operator. */
    public String detail() {
        return detail;
    }
}
