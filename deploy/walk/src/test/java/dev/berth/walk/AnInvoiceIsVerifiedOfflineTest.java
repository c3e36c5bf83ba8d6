package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a container cost can be computed again by who paid for it, with a file and no Berth; and one altered byte shows. */
@Tag("walk")
class AnInvoiceIsVerifiedOfflineTest {
    private final Ring ring = Ring.shared();
    private final Customer customer = Customer.signUp(ring);
    private final Api api = customer.api();

    @TempDir
    Path home;

    @Test
    void fromAContainerToAFileThatProvesWhatWasPaid() throws Exception {
        String workload = customer.launch("timed", "job", 1, "sleep", "3");
        customer.awaitObserved(workload, "finished");
        JsonNode invoice = customer.close(ring);
        String id = invoice.at("/id").asString();
        String path = "/v1/invoices/" + id;
        api.post(path + "/pay", SignupToPaidInvoiceTest.card("4242424242424242"))
                .expect(200);
        String evidence = api.text(path + "/evidence");
        Path file = Files.writeString(home.resolve("evidence.jsonl"), evidence);
        JsonNode keys = api.get("/v1/signing_keys").expect(200);
        Path pinned = Files.writeString(home.resolve("keys.json"), keys.toString());

        // nobody is signed in, and the command line knows of no Berth
        Terminal shell = new Terminal(home);
        assertThat(shell.berth("verify", file.toString()).expect(0))
                .contains(invoice.at("/number").asString(), "agrees");
        JsonNode verdict = shell.berth("verify", "--json", "--key", pinned.toString(), file.toString())
                .json();
        assertThat(verdict.at("/agrees").asBoolean()).as("%s", verdict).isTrue();
        assertThat(verdict.at("/total/amount_minor").asLong())
                .isEqualTo(invoice.at("/total/amount_minor").asLong())
                .isPositive();
        assertThat(verdict.at("/recomputed").asString())
                .isEqualTo(verdict.at("/document").asString());
        assertThat(verdict.at("/pieces").asLong()).isPositive();
        assertThat(verdict.at("/key_pinned").asBoolean()).isTrue();

        // a container that stopped a second later
        List<String> rows = evidence.lines().toList();
        int use = rows.indexOf(rows.stream()
                .filter(row -> row.contains("\"row\":\"usage\""))
                .findFirst()
                .orElseThrow());
        byte[] altered = evidence.getBytes(StandardCharsets.UTF_8);
        int at = evidence.substring(0, evidence.indexOf(rows.get(use))).getBytes(StandardCharsets.UTF_8).length
                + rows.get(use).indexOf("\"end\":\"")
                + 7
                + "2026-11-22T08:00:0".length();
        altered[at] = (byte) (altered[at] == '9' ? '8' : altered[at] + 1);
        Path forged = Files.write(home.resolve("forged.jsonl"), altered);
        Terminal.Ended named = shell.berth("verify", forged.toString());
        assertThat(named.exit()).isEqualTo(1);
        assertThat(named.out()).contains("Row %d (usage) disagrees".formatted(use + 1));
        assertThat(shell.berth("verify", "--key", "00112233445566778899aabbccddeeff", file.toString())
                        .expect(1))
                .contains("Row 2 (key) disagrees");
        shell.berth("verify", home.resolve("nothing").toString()).expect(4);

        JsonNode replayed = ring.operator()
                .post("/operator/v1/invoices/%s/replay".formatted(id), java.util.Map.of())
                .expect(200);
        assertThat(replayed.at("/same").asBoolean()).as("%s", replayed).isTrue();
        assertThat(replayed.at("/recomputed").asString())
                .isEqualTo(verdict.at("/document").asString());

        String charges = api.text("/v1/usage/focus.csv?invoice=" + id);
        assertThat(charges.lines().count()).isEqualTo(1L + invoice.at("/lines").size());
        assertThat(charges).contains(workload, "vCPU-Seconds");
    }
}
