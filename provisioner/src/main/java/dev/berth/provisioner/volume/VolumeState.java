package dev.berth.provisioner.volume;

import dev.berth.provisioner.StateTable;
import java.util.List;
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

    /** How it goes from one to the next. */
    public static final StateTable<VolumeState> TABLE = new StateTable<>(
            "a volume",
            WISHED,
            List.of(
                    new StateTable.Step<>(WISHED, READY, "VolumeDriver", "its data was made"),
                    new StateTable.Step<>(WISHED, DESTROYED, "VolumeDriver", "no longer wished, and never made"),
                    new StateTable.Step<>(READY, LOST, "VolumeDriver", "its data is gone; its use ends"),
                    new StateTable.Step<>(
                            READY,
                            DESTROYING,
                            "VolumeDriver",
                            "no longer wished, and no container has it; its use ends"),
                    new StateTable.Step<>(LOST, DESTROYING, "VolumeDriver", "no longer wished"),
                    new StateTable.Step<>(DESTROYING, DESTROYED, "VolumeDriver", "its data is removed")));

    /** The form in the database. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #text}. */
    public static VolumeState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
