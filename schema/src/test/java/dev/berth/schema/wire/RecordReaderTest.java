package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.Event;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

/** The quick reader says what the mapper says, or nothing. */
class RecordReaderTest {
    private static final Path CONTRACTS = Path.of("src/main/resources/contracts");
    private static final String TEXT_CHARACTERS = "abc-_:./ \"\\\n\té€\ud83d\ude80\u0000{}[],";

    private static final List<StopReason> REASONS = List.of(StopReason.values());

    static Stream<Class<? extends Event>> events() {
        return EventTypes.all().values().stream();
    }

    @ParameterizedTest
    @ValueSource(classes = {ContainerStarted.class, ContainerResized.class, ContainerStopped.class, LaunchFailed.class})
    void thereIsOneForEachFactOfAContainer(Class<? extends ContainerEvent> type) throws IOException {
        assertThat(RecordReader.of(type).orElseThrow().read(sample(type)))
                .isNotNull()
                .isEqualTo(Json.mapper().readValue(sample(type), type));
    }

    @ParameterizedTest
    @MethodSource("events")
    void itReadsEverySampleAsTheMapperDoes(Class<? extends Event> type) throws IOException {
        assertAgreement(type, sample(type));
    }

    /** Every sample with one thing wrong, in every place: the two must still agree. */
    @ParameterizedTest
    @MethodSource("events")
    void itNeverTakesWhatTheMapperTakesOtherwise(Class<? extends Event> type) throws IOException {
        String sample = new String(sample(type), StandardCharsets.UTF_8);
        List<String> values = List.of(
                "null",
                "\"\"",
                "\"5\"",
                "5",
                "-1",
                "5.5",
                "5e3",
                "99999999999",
                "99999999999999999999",
                "true",
                "\"true\"",
                "[]",
                "[1]",
                "{}",
                "\"exited\"",
                "\"EXITED\"",
                "\"2026-11-22T08:00:00.000Z\"",
                "\"2026-02-30T08:00:00.000Z\"",
                "\"2026-11-22T08:00:00Z\"",
                "\"2026-11-22T24:00:00.000Z\"",
                "\"2026-11-22T08:00:60.000Z\"",
                "1795000000000");
        var fields = Json.mapper().readTree(sample).propertyNames();
        for (String field : fields) {
            for (String value : values) {
                var changed = Json.mapper().readTree(sample).asObject();
                changed.set(field, Json.mapper().readTree(value));
                assertAgreement(type, changed.toString().getBytes(StandardCharsets.UTF_8));
            }
            var without = Json.mapper().readTree(sample).asObject();
            without.remove(field);
            assertAgreement(type, without.toString().getBytes(StandardCharsets.UTF_8));
            assertAgreement(type, twice(sample, field));
        }
        for (String text :
                List.of("", "null", "[]", "{}", "1", sample + "x", sample + "{}", sample.replace('}', ']'))) {
            assertAgreement(type, text.getBytes(StandardCharsets.UTF_8));
        }
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = sample.getBytes(StandardCharsets.UTF_8);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            assertAgreement(type, bytes);
        }
    }

    @Test
    void itReadsRandomFactsAsTheMapperDoes() {
        SplittableRandom random = new SplittableRandom(20261122);
        for (int i = 0; i < 5_000; i++) {
            ContainerEvent event = event(random, random.nextInt(4));
            byte[] json = Json.mapper().writeValueAsBytes(event);
            assertThat(RecordReader.of(event.getClass()).orElseThrow().read(json))
                    .isEqualTo(event);
            assertAgreement(event.getClass(), json);
        }
    }

    private static <T> void assertAgreement(Class<T> type, byte[] json) {
        RecordReader<T> reader = RecordReader.of(type).orElse(null);
        T quick = reader == null ? null : reader.read(json);
        if (quick != null) {
            assertThat(quick).as(new String(json, StandardCharsets.UTF_8)).isEqualTo(mapped(type, json));
        }
    }

    private static <T> @Nullable T mapped(Class<T> type, byte[] json) {
        try {
            return Json.mapper().readValue(json, type);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static ContainerEvent event(SplittableRandom random, int kind) {
        ContainerId container = new ContainerId(uuid(random));
        AccountId account = new AccountId(uuid(random));
        WorkloadId workload = new WorkloadId(uuid(random));
        CpuMillis cpu = new CpuMillis(1 + random.nextInt(CpuMillis.MAX));
        MemoryMib memory = new MemoryMib(1 + random.nextInt(1024));
        long sequence = random.nextLong();
        return switch (kind) {
            case 0 ->
                new ContainerStarted(
                        container,
                        account,
                        workload,
                        random.nextLong(),
                        random.nextInt(),
                        text(random),
                        text(random),
                        text(random),
                        cpu,
                        memory,
                        instant(random),
                        sequence);
            case 1 -> new ContainerResized(container, account, workload, cpu, memory, instant(random), sequence);
            case 2 ->
                new ContainerStopped(
                        container,
                        account,
                        workload,
                        text(random),
                        text(random),
                        instant(random),
                        instant(random),
                        random.nextBoolean() ? null : random.nextInt(),
                        random.nextBoolean(),
                        REASONS.get(random.nextInt(REASONS.size())),
                        cpu,
                        memory,
                        sequence,
                        random.nextBoolean() ? null : instant(random));
            default ->
                new LaunchFailed(
                        container,
                        account,
                        workload,
                        random.nextLong(),
                        random.nextInt(),
                        text(random),
                        text(random),
                        text(random),
                        instant(random),
                        sequence);
        };
    }

    private static UUID uuid(SplittableRandom random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static Instant instant(SplittableRandom random) {
        return Instant.ofEpochMilli(random.nextLong(-62_167_219_200_000L, 253_402_300_800_000L));
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            text.appendCodePoint(TEXT_CHARACTERS.codePointAt(TEXT_CHARACTERS.offsetByCodePoints(
                    0, random.nextInt(TEXT_CHARACTERS.codePointCount(0, TEXT_CHARACTERS.length())))));
        }
        return text.toString();
    }

    /** The sample with a field there a second time, with another value. */
    private static byte[] twice(String sample, String field) {
        return sample.replaceFirst("\\{", "{\"%s\": 7,".formatted(field)).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sample(Class<?> type) throws IOException {
        String room = type.getPackageName().substring(type.getPackageName().lastIndexOf('.') + 1);
        return Files.readAllBytes(CONTRACTS.resolve("%s/%s.v1.sample.json".formatted(room, type.getSimpleName())));
    }
}
