package dev.berth.schema.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a workload is. Lower case in JSON. */
public enum WorkloadKind {
    /** Replicas that are kept running. */
    SERVICE,
    /** Runs to its end. */
    JOB,
    /** A job at times of a schedule. */
    CRON,
    /** Many processes under an init, kept across redeploys. */
    MACHINE;

    /** Reads the JSON form. */
    @JsonCreator
    public static WorkloadKind of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
