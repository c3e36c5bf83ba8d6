package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.client.Told.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Evidence that billing's tests wrote, read by a program that nobody is signed in with. */
class VerifyTest {
    private static final Path SAMPLE = Path.of("../../billing/src/test/resources/evidence/sample.jsonl");

    @TempDir
    Path temp;

    private Told berth;

    @BeforeEach
    void start() throws IOException {
        berth = new Told(temp.resolve("none"));
    }

    @AfterEach
    void stop() {
        berth.close();
    }

    private Ended run(String... words) {
        return berth.run(Map.of(), "", words);
    }

    @Test
    void whatAgreesIsSaidInWordsAndAsJson() {
        Ended said = run("verify", SAMPLE.toString());
        assertThat(said.exit()).as(said.err()).isZero();
        assertThat(said.out()).contains("agrees", "for you to compare");
        JsonNode json = JsonMapper.shared()
                .readTree(run("verify", "--json", SAMPLE.toString()).out());
        assertThat(json.path("agrees").asBoolean()).isTrue();
        assertThat(json.path("recomputed")).isEqualTo(json.path("document"));
        assertThat(json.path("earlier_invoices").asInt()).isEqualTo(1);
        String key = json.path("key_id").asString();
        assertThat(run("verify", "--key", key, SAMPLE.toString()).out()).contains("the one that was to have signed");
        assertThat(berth.came()).as("it asks nobody").isEmpty();
    }

    @Test
    void whatDisagreesIsNamedByItsRow() throws IOException {
        String text = Files.readString(SAMPLE);
        int line = text.indexOf("\"row\":\"line\"");
        int at = text.lastIndexOf("\"amount_minor\":", line) + "\"amount_minor\":".length();
        char digit = text.charAt(at) == '9' ? '8' : '9';
        Path forged = Files.writeString(temp.resolve("forged"), text.substring(0, at) + digit + text.substring(at + 1));
        Ended named = run("verify", forged.toString());
        assertThat(named.exit()).isEqualTo(1);
        assertThat(named.out()).contains("Row 5 (line) disagrees, in its field 'hash'.");
        JsonNode finding = JsonMapper.shared()
                .readTree(run("verify", "--json", forged.toString()).out())
                .path("finding");
        assertThat(finding.path("row").asInt()).isEqualTo(5);
        assertThat(run("verify", "--key", "00112233445566778899aabbccddeeff", SAMPLE.toString())
                        .out())
                .contains("Row 2 (key) disagrees");
    }

    @Test
    void whatIsNoEvidenceIsSaidSo() throws IOException {
        assertThat(run("verify", temp.resolve("nowhere").toString()).exit()).isEqualTo(4);
        assertThat(run("verify").exit()).isEqualTo(2);
        Ended other =
                run("verify", Files.writeString(temp.resolve("x"), "hello\n").toString());
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.out()).contains("no evidence of an invoice");
    }
}
