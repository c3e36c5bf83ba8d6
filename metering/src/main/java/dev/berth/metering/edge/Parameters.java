package dev.berth.metering.edge;

import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads query parameters; what cannot be read is refused with its name. */
public final class Parameters {
    private Parameters() {}

    /** An RFC 3339 time with any offset, cut to milliseconds; null when it is absent. */
    public static @Nullable Instant instant(String name, @Nullable String text) {
        return read(
                name,
                text,
                "must be an RFC 3339 time such as 2026-11-22T08:00:00Z",
                t -> Instant.ofEpochMilli(OffsetDateTime.parse(t).toInstant().toEpochMilli()));
    }

    /** An IANA zone; null when it is absent. */
    public static @Nullable ZoneId zone(String name, @Nullable String text) {
        return read(name, text, "must be an IANA time zone such as Europe/Berlin", ZoneId::of);
    }

    /** A workload's id; null when it is absent. */
    public static @Nullable WorkloadId workload(@Nullable String text) {
        return read("workload", text, "must be an id such as wl_…", WorkloadId::parse);
    }

    /** A container's id; null when it is absent. */
    public static @Nullable ContainerId container(@Nullable String text) {
        return read("container", text, "must be an id such as ctr_…", ContainerId::parse);
    }

    /** A volume's id; null when it is absent. */
    public static @Nullable VolumeId volume(@Nullable String text) {
        return read("volume", text, "must be an id such as vol_…", VolumeId::parse);
    }

    private static <T> @Nullable T read(String name, @Nullable String text, String why, Function<String, T> parser) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw Refusal.invalid(name, why);
        }
    }
}
