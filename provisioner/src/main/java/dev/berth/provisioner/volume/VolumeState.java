package dev.berth.provisioner.volume;

import java.util.Locale;

/** How far a volume is. */
public enum VolumeState {
    /** Nothing of it is there yet. */
    WISHED,
    /** Its data is there, and is metered. */
    READY,
    /** Its data was there, and is not any more, without our doing. */
    LOST,
    /** Its use has ended; its data goes. */
    DESTROYING,
    /** Nothing of it is there any more. */
    DESTROYED;

    /** The form in the database. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #text}. */
    public static VolumeState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
