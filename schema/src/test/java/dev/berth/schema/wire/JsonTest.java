package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;

class JsonTest {
    private record Thing(
            Instant startedAt,
            int someCount,
            MemoryMib memoryMib,
            @Nullable Integer exitCode) {}

    @Test
    void namesAreSnakeCaseAndUnitsAreNumbers() {
        Thing thing = new Thing(Instant.ofEpochMilli(1_764_000_000_000L), 3, new MemoryMib(256), null);
        assertThat(Json.mapper().writeValueAsString(thing))
                .isEqualTo(
                        "{\"started_at\":\"2025-11-24T16:00:00.000Z\",\"some_count\":3,\"memory_mib\":256,\"exit_code\":null}");
        assertThat(Json.mapper().readValue(Json.mapper().writeValueAsString(thing), Thing.class))
                .isEqualTo(thing);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T08:00:00Z, 2026-11-22T08:00:00.000Z",
        "2026-11-22T08:00:00.1Z, 2026-11-22T08:00:00.100Z",
        "2026-11-22T08:00:00.123999999Z, 2026-11-22T08:00:00.123Z",
        "2026-11-22T10:00:00.123+02:00, 2026-11-22T08:00:00.123Z",
        "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z"
    })
    void anInstantHasExactlyThreeDecimalsInUtc(String read, String written) {
        Instant instant = Json.mapper().readValue("\"" + read + "\"", Instant.class);
        assertThat(Json.mapper().writeValueAsString(instant)).isEqualTo("\"" + written + "\"");
    }

    @Property
    void anInstantInMillisecondsComesBack(
            @ForAll @LongRange(min = -62_135_596_800_000L, max = 253_402_300_799_999L) long ms) {
        Instant instant = Instant.ofEpochMilli(ms);
        assertThat(Instant.parse(Json.text(instant))).isEqualTo(instant);
    }

    @Test
    void whatIsMissingIsNotTakenForZero() {
        assertThatThrownBy(() -> Json.mapper()
                        .readValue("{\"started_at\": \"2026-11-22T08:00:00Z\", \"memory_mib\": 1}", Thing.class))
                .isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> Json.mapper().readValue("{\"some_count\": 1, \"memory_mib\": -1}", Thing.class))
                .hasMessageContaining("memory_mib");
    }
}
