package dev.berth.schema.wire;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.Event;
import dev.berth.schema.testing.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Reading of every type of event from Kafka. An input is a way, a type, and what is done with it: its sample with some bytes of it
 * exchanged, a value of its own, or a header of its own.
 */
final class EnvelopeFuzz implements FuzzTarget {
    private static final List<Class<? extends Event>> TYPES =
            EventTypes.all().values().stream().toList();
    private static final List<byte[]> SAMPLES =
            TYPES.stream().map(EnvelopeFuzz::sample).toList();
    private static final int HEAD = 4;

    @Override
    public int executions() {
        return 60_000;
    }

    @Override
    public void execute(byte[] input) {
        if (input.length < HEAD) {
            return;
        }
        int type = (input[1] & 0xff) % TYPES.size();
        byte[] rest = Arrays.copyOfRange(input, HEAD, input.length);
        RecordHeaders headers = headers(EventTypes.nameOf(TYPES.get(type)));
        byte[] value = SAMPLES.get(type);
        switch (input[0] & 3) {
            case 0, 1 -> value = spliced(value, (input[2] & 0xff) << 2, input[3] & 0xff, rest);
            case 2 -> value = rest;
            default -> {
                String name = EnvelopeHeaders.ALL.get((input[2] & 0xff) % EnvelopeHeaders.ALL.size());
                headers.remove(name);
                if ((input[3] & 1) == 0) {
                    headers.add(name, rest);
                }
            }
        }
        EnvelopeHeaders.idOf(headers);
        try {
            Event event = EnvelopeHeaders.read(headers, value).event();
            byte[] written = Json.mapper().writeValueAsBytes(event);
            Event again = Json.mapper().readValue(written, event.getClass());
            must(
                    Arrays.equals(Json.mapper().writeValueAsBytes(again), written),
                    "%s is written and read as %s",
                    event,
                    again);
        } catch (EnvelopeHeaders.Unreadable e) {
            must(e.getMessage() != null && !e.getMessage().isBlank(), "refused without a word");
        }
    }

    private static RecordHeaders headers(String type) {
        RecordHeaders headers = new RecordHeaders();
        String id = "evt_01ktm9p4g2e5abcdefghjkmnpq";
        add(headers, EnvelopeHeaders.TYPE, type);
        add(headers, EnvelopeHeaders.ID, id);
        add(headers, EnvelopeHeaders.SOURCE, "gateway");
        add(headers, EnvelopeHeaders.OPERATION, "op_01ktm9p4g2e5abcdefghjkmnpq");
        add(headers, EnvelopeHeaders.ACTOR, "berth");
        add(headers, EnvelopeHeaders.CAUSED_AT, "2026-11-22T08:00:00.000Z");
        return headers;
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] spliced(byte[] sample, int at, int gone, byte[] more) {
        int from = at % sample.length;
        int to = Math.min(sample.length, from + gone);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(sample, 0, from);
        out.writeBytes(more);
        out.write(sample, to, sample.length - to);
        return out.toByteArray();
    }

    private static byte[] sample(Class<? extends Event> type) {
        String room = type.getPackageName().substring(type.getPackageName().lastIndexOf('.') + 1);
        String name = "/contracts/%s/%s.v1.sample.json".formatted(room, type.getSimpleName());
        try (InputStream in = type.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
