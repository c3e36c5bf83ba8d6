package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Lists whose owner is another service are read to their end, with that service's own cursors. */
class ForwardedListsTest extends GatewayTest {
    private final StandIns services = StandIns.shared();
    private String account;
    private Api customer;

    @BeforeEach
    void signUp() {
        Api.Reply signup = api().signup();
        account = signup.text("account.id");
        customer = api().key(signup.text("api_key.secret"));
    }

    /** Reads all pages of a list with two rows each. */
    private static List<String> all(Api reader, String path, String field) {
        List<String> found = new ArrayList<>();
        String next = "";
        while (next != null) {
            String cursor = next.isEmpty() ? "" : "&cursor=" + next;
            JsonNode page = reader.get(path + (path.contains("?") ? "&" : "?") + "limit=2" + cursor)
                    .expect(200)
                    .json();
            page.path("data").forEach(row -> found.add(row.path(field).asString()));
            next = page.path("next_cursor").isNull()
                    ? null
                    : page.path("next_cursor").asString();
        }
        return found;
    }

    @Test
    void invoicesAreListedToTheLastForTheCustomerAndTheOperator() {
        for (int i = 0; i < 5; i++) {
            services.invoice(account, "B-00000" + i, "final");
        }
        List<String> newestFirst = List.of("B-000004", "B-000003", "B-000002", "B-000001", "B-000000");
        assertThat(all(customer, "/v1/invoices", "number")).isEqualTo(newestFirst);
        assertThat(all(api().key(OPERATOR), "/operator/v1/invoices?account=" + account, "number"))
                .isEqualTo(newestFirst);
    }

    @Test
    void anInvoiceIsPrintedForItsAccountOverTheApiAndInThePortal() {
        String id = services.invoice(account, "B-000001", "final").path("id").asString();
        Api.Reply pdf = customer.get("/v1/invoices/%s.pdf".formatted(id)).expect(200);
        assertThat(pdf.header("Content-Type")).isEqualTo("application/pdf");
        assertThat(pdf.header("Content-Disposition")).isEqualTo("attachment; filename=\"%s.pdf\"".formatted(id));
        assertThat(pdf.body()).startsWith("%PDF-");
        api().signedUp().get("/v1/invoices/%s.pdf".formatted(id)).expect(404);
        assertThat(customer.get("/invoices/" + id).expect(200).body()).contains("/invoices/%s.pdf".formatted(id));
        assertThat(customer.get("/invoices/%s.pdf".formatted(id)).expect(200).body())
                .startsWith("%PDF-");
    }

    @Test
    void theEvidenceOfAnInvoiceIsPassedOnAsItComesAndTheKeysAreEverybodys() {
        String id = services.invoice(account, "B-000001", "final").path("id").asString();
        Api.Reply evidence =
                customer.get("/v1/invoices/%s/evidence".formatted(id)).expect(200);
        assertThat(evidence.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"%s.evidence.jsonl\"".formatted(id));
        assertThat(evidence.body()).isEqualTo("{\"row\":\"evidence\"}\n");
        api().signedUp().get("/v1/invoices/%s/evidence".formatted(id)).expect(404);
        String link = "/invoices/%s/evidence".formatted(id);
        assertThat(customer.get("/invoices/" + id).expect(200).body()).contains(link);
        assertThat(customer.get(link).expect(200).body()).isEqualTo(evidence.body());
        assertThat(api().get("/v1/signing_keys").expect(200).json().path("data"))
                .hasSize(1);
    }

    @Test
    void chargesAreAFileOfWhatIsOnesOwn() {
        String id = services.invoice(account, "B-000001", "final").path("id").asString();
        Api.Reply charges = customer.get("/v1/usage/focus.csv?from=2026-01-01&invoice=" + id)
                .expect(200);
        assertThat(charges.header("Content-Type")).startsWith("text/csv");
        assertThat(charges.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"%s.focus.csv\"".formatted(account));
        assertThat(charges.body()).isEqualTo("BilledCost\r\n");
        api().signedUp().get("/v1/usage/focus.csv?invoice=" + id).expect(404);
        customer.get("/v1/usage/focus.csv?invoice=x").expect(422);
        customer.get("/v1/usage/focus.csv?from=x").expect(422);
    }

    /** The cursor of an order is no cursor of the other, though the owner could read both. */
    @Test
    void listsCanBeTurnedRoundAndTheirCursorsKnowIt() {
        String workload = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        for (int i = 0; i < 5; i++) {
            services.invoice(account, "B-00000" + i, "final");
            services.container(account, workload, "running");
        }
        for (String path : List.of("/v1/invoices", "/v1/workloads/%s/containers".formatted(workload))) {
            assertThat(all(customer, path + "?sort=created_at", "id"))
                    .isEqualTo(all(customer, path + "?sort=-created_at", "id").reversed())
                    .hasSize(5);
            String up = customer.get(path + "?sort=created_at&limit=2").text("next_cursor");
            String down = customer.get(path + "?limit=2").text("next_cursor");
            for (String wrong :
                    List.of("cursor=" + up, "sort=created_at&cursor=" + down, "sort=-created_at&cursor=" + up)) {
                assertThat(customer.get(path + "?" + wrong).expect(422).text("errors.0.field"))
                        .isEqualTo("cursor");
            }
            assertThat(customer.get(path + "?sort=name").expect(422).text("errors.0.field"))
                    .isEqualTo("sort");
        }
    }

    @Test
    void intervalsOfALineAreListedToTheLast() {
        JsonNode invoice = services.invoice(account, "B-000001", "final");
        String path = "/v1/invoices/%s/lines/%s/intervals"
                .formatted(
                        invoice.path("id").asString(),
                        invoice.path("lines").path(0).path("id").asString());
        assertThat(all(customer, path, "started_at")).hasSize(3);
    }

    @Test
    void containersOfAWorkloadAreListedToTheLast() {
        String workload = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(
                    services.container(account, workload, "running").path("id").asString());
        }
        assertThat(all(customer, "/v1/workloads/%s/containers".formatted(workload), "id"))
                .isEqualTo(made);
    }

    @Test
    void thePagesOfThePortalLeadOn() {
        for (int i = 0; i < 3; i++) {
            services.invoice(account, "B-00000" + i, "final");
        }
        String first = customer.get("/invoices?limit=2").expect(200).body();
        assertThat(first).contains("B-000002", "B-000001").doesNotContain("B-000000");
        String next = first.replaceAll("(?s).*href=\"(/invoices\\?cursor=[^\"]+)\".*", "$1");
        assertThat(customer.get(next).expect(200).body()).contains("B-000000").doesNotContain("B-000001");
    }

    @Test
    void whatNoListAnswersIsRefusedBeforeAnyoneIsAsked() {
        for (String cursor : List.of("", "%00", "a%20b", "x".repeat(401))) {
            assertThat(customer.get("/v1/invoices?cursor=" + cursor).expect(422).text("errors.0.field"))
                    .isEqualTo("cursor");
        }
        assertThat(services.callsTo("/internal/v1/invoices"))
                .noneMatch(call -> account.equals(String.valueOf(call.identity().account())));
        customer.get("/v1/workloads?cursor=inv_01").expect(422);
    }
}
