package dev.berth.schema.wire;

import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The envelope as Kafka headers: CloudEvents 1.0, Kafka protocol binding, binary content mode, and Berth's own. The contract is
 * {@code contracts/headers.v1.json}.
 */
final class EnvelopeHeaders {
    static final String SPECVERSION = "ce_specversion";
    static final String ID = "ce_id";
    static final String TYPE = "ce_type";
    static final String SOURCE = "ce_source";
    static final String TIME = "ce_time";
    static final String SUBJECT = "ce_subject";
    static final String CONTENT_TYPE = "content-type";
    static final String OPERATION = "berth_operation";
    static final String ACTOR = "berth_actor";
    static final String CAUSED_AT = "berth_caused_at";
    static final String ACCOUNT = "berth_account";
    static final String TOPIC_ID = "berth_topic_id";
    static final String TRACEPARENT = "traceparent";

    /** All of them, in the order in which they are written. */
    static final List<String> ALL = List.of(
            SPECVERSION,
            ID,
            TYPE,
            SOURCE,
            TIME,
            SUBJECT,
            CONTENT_TYPE,
            OPERATION,
            ACTOR,
            CAUSED_AT,
            ACCOUNT,
            TOPIC_ID,
            TRACEPARENT);

    /** Those that make an envelope. */
    private static final List<String> NEEDED = List.of(TYPE, ID, SOURCE, OPERATION, ACTOR, CAUSED_AT, TRACEPARENT);

    private static final Map<String, Integer> PLACES =
            NEEDED.stream().collect(Collectors.toUnmodifiableMap(name -> name, NEEDED::indexOf));

    private EnvelopeHeaders() {}

    /** Thrown for what is no event of Berth, or one that this version does not know. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unreadable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** What the headers tell; {@code account} and {@code traceparent} may be missing. */
    record Told(
            EventId id,
            String type,
            Service source,
            Instant occurredAt,
            String subject,
            Cause cause,
            @Nullable AccountId account,
            String topicId) {}

    static Headers write(Told told) {
        RecordHeaders headers = new RecordHeaders();
        add(headers, SPECVERSION, "1.0");
        add(headers, ID, told.id().toString());
        add(headers, TYPE, told.type());
        add(headers, SOURCE, told.source().schema());
        add(headers, TIME, Json.text(told.occurredAt()));
        add(headers, SUBJECT, told.subject());
        add(headers, CONTENT_TYPE, "application/json");
        add(headers, OPERATION, told.cause().operation());
        add(headers, ACTOR, told.cause().actor());
        add(headers, CAUSED_AT, Json.text(told.cause().at()));
        AccountId account = told.account();
        if (account != null) {
            add(headers, ACCOUNT, account.toString());
        }
        add(headers, TOPIC_ID, told.topicId());
        String traceparent = told.cause().traceparent();
        if (traceparent != null) {
            add(headers, TRACEPARENT, traceparent);
        }
        return headers;
    }

    /** The event's id, empty where there is none or it is no id. */
    static Optional<UUID> idOf(Headers headers) {
        try {
            return Optional.ofNullable(text(headers, ID))
                    .map(text -> EventId.parse(text).uuid());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A header as text, null when it is missing. */
    static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        byte[] value = header == null ? null : header.value();
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /**
     * The whole envelope.
     *
     * @throws Unreadable if a header is missing or wrong, the type is not known, or the value is not that of the type
     */
    static Envelope read(Headers headers, byte @Nullable [] value) {
        byte[][] needed = needed(headers);
        String type = required(needed, 0);
        Class<? extends Event> record = EventTypes.named(type)
                .orElseThrow(() -> new Unreadable("no event of the type '%s' is known here".formatted(type), null));
        if (value == null) {
            throw new Unreadable("an event without a value", null);
        }
        try {
            EventId id = EventId.parse(required(needed, 1));
            Service source = Service.valueOf(required(needed, 2).toUpperCase(Locale.ROOT));
            byte[] traceparent = needed[6];
            Cause cause = new Cause(
                    required(needed, 3),
                    required(needed, 4),
                    Rfc3339.parse(required(needed, 5)),
                    traceparent == null ? null : new String(traceparent, StandardCharsets.UTF_8));
            return new Envelope(id, source, event(type, record, value), cause);
        } catch (IllegalArgumentException
                | DateTimeParseException
                | NullPointerException
                | tools.jackson.core.JacksonException e) {
            throw new Unreadable("%s cannot be read: %s".formatted(type, e.getMessage()), e);
        }
    }

    private static <E extends Event> E event(String type, Class<E> record, byte[] value) {
        E quick = RecordReader.of(record).map(reader -> reader.read(value)).orElse(null);
        if (quick != null) {
            return quick;
        }
        E event = Json.mapper().readValue(value, record);
        if (event == null) {
            throw new Unreadable("the value of %s is null".formatted(type), null);
        }
        return event;
    }

    /** The values of {@link #NEEDED} in one pass; of several with one name the last counts, as in {@link #text}. */
    private static byte[] @Nullable [] needed(Headers headers) {
        byte[][] values = new byte[NEEDED.size()][];
        for (Header header : headers) {
            Integer place = PLACES.get(header.key());
            if (place != null) {
                values[place] = header.value();
            }
        }
        return values;
    }

    private static String required(byte[] @Nullable [] needed, int place) {
        byte[] value = needed[place];
        if (value == null) {
            throw new Unreadable("the header %s is missing".formatted(NEEDED.get(place)), null);
        }
        return new String(value, StandardCharsets.UTF_8);
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
