package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.id.AccountId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The headers are as contracts/headers.v1.json says. */
class HeadersContractTest {
    private static final Path CONTRACTS = Path.of("src/main/resources/contracts");

    private final Headers sample = sample();
    private final byte[] value = bytes(CONTRACTS.resolve("container/ContainerStarted.v1.sample.json"));

    @Test
    void theContractListsTheHeadersInTheirOrder() throws IOException {
        JsonNode contract = Json.mapper().readTree(Files.readString(CONTRACTS.resolve("headers.v1.json")));
        assertThat(contract.get("fields")
                        .valueStream()
                        .map(field -> field.get("name").asString()))
                .isEqualTo(EnvelopeHeaders.ALL);
        for (JsonNode field : contract.get("fields")) {
            assertThat(field.get("about").asString()).hasSizeGreaterThan(10).endsWith(".");
        }
    }

    @Test
    void theSampleIsReadAndWrittenTheSame() {
        Envelope envelope = EnvelopeHeaders.read(sample, value);
        ContainerStarted event = (ContainerStarted) envelope.event();
        Headers written = EnvelopeHeaders.write(new EnvelopeHeaders.Told(
                envelope.id(),
                EventTypes.nameOf(event.getClass()),
                envelope.source(),
                event.occurredAt(),
                event.key(),
                envelope.cause(),
                event.account(),
                "pV2uJZ0XQ1mGm1dYxk8w3A"));
        assertThat(texts(written)).isEqualTo(texts(sample)).hasSize(EnvelopeHeaders.ALL.size());
        assertThat(AccountId.parse(EnvelopeHeaders.text(sample, EnvelopeHeaders.ACCOUNT)))
                .isEqualTo(event.account());
    }

    @ParameterizedTest
    @ValueSource(strings = {"berth_account", "berth_topic_id", "traceparent", "ce_time", "ce_subject", "content-type"})
    void aHeaderThatOnlyHelpsMayBeMissing(String name) {
        sample.remove(name);
        assertThat(EnvelopeHeaders.read(sample, value)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_id", "ce_type", "ce_source", "berth_operation", "berth_actor", "berth_caused_at"})
    void aHeaderThatIsNeededAndMissingIsNamed(String name) {
        sample.remove(name);
        assertThatThrownBy(() -> EnvelopeHeaders.read(sample, value))
                .isInstanceOf(EnvelopeHeaders.Unreadable.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @CsvSource({
        "ce_id, acct_01h455vb4pex5vsknk084sn02q",
        "ce_id, evt_01h455vb4pex5vsknk084sn02",
        "ce_source, elsewhere",
        "berth_caused_at, yesterday",
        "ce_type, dev.berth.container.ContainerStarted.v9"
    })
    void aHeaderThatIsWrongMakesTheEventUnreadable(String name, String text) {
        sample.remove(name);
        sample.add(name, text.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> EnvelopeHeaders.read(sample, value)).isInstanceOf(EnvelopeHeaders.Unreadable.class);
    }

    private static Headers sample() {
        Headers headers = new RecordHeaders();
        JsonNode sample = Json.mapper().readTree(bytes(CONTRACTS.resolve("headers.v1.sample.json")));
        sample.properties()
                .forEach(field ->
                        headers.add(field.getKey(), field.getValue().asString().getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    private static List<String> texts(Headers headers) {
        List<String> texts = new ArrayList<>();
        for (Header header : headers) {
            texts.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8));
        }
        return texts;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
