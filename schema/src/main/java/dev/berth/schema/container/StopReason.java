package dev.berth.schema.container;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a container stopped. Lower case in JSON. */
public enum StopReason {
    /** Its main process ended by itself. */
    EXITED,
    /** The kernel ended it for want of memory within its limit. */
    OOM_KILLED,
    /** The wish is stopped or removed, fewer replicas are wished, or another index of its job is lost. */
    STOPPED,
    /** A newer revision or run took its place. */
    REPLACED,
    /** The account's standing forbids it to run. */
    SUSPENDED,
    /** It, or its job's run, went on for longer than {@code max_runtime_s}. */
    MAX_RUNTIME,
    /** It had written more into its own root than it may. */
    DISK_FULL,
    /** The engine or the host ended it, or somebody behind Berth's back. */
    PLATFORM,
    /** Its health checks failed too often. */
    UNHEALTHY;

    /** Reads the JSON form. */
    @JsonCreator
    public static StopReason of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
