package dev.berth.schema.wire;

import java.time.Instant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * The JSON form of everything that crosses a boundary: snake_case, instants as RFC 3339 in UTC with exactly three decimals,
 * unknown fields ignored (an older reader must survive a newer writer). Thread-safe.
 */
public final class Json {
    private static final JsonMapper MAPPER = builder().build();

    private Json() {}

    /** The shared mapper. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** A builder with the same settings, for a service that adds its own. */
    public static JsonMapper.Builder builder() {
        return configure(JsonMapper.builder());
    }

    /** Applies the settings to a builder that somebody else made, such as Spring Boot's. */
    public static JsonMapper.Builder configure(JsonMapper.Builder builder) {
        return builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .addModule(new SimpleModule("berth").addSerializer(new InstantWriter()));
    }

    /** Writes an instant as in JSON, such as {@code 2026-11-22T08:00:00.000Z}; cuts below the millisecond. */
    public static String text(Instant instant) {
        return Rfc3339.text(instant);
    }

    private static final class InstantWriter extends StdSerializer<Instant> {
        InstantWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializationContext context) {
            out.writeString(text(value));
        }
    }
}
