package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The year 2025 of a company in Berlin, by its test clock and the public API, with Stripe's double behind. Each amount below was added up by hand:
 * in the book {@code year_small} an hour of a vCPU costs 0.36 beyond the 10 that are free, one of a GiB 0.072, a month 5.00; in {@code year_grown} the
 * first 50 hours of a month cost 0.36 each and further ones 0.18, a month 10.00, and 40.00 at least. Every container has one vCPU and one GiB. VAT
 * is 19 % in Germany; whoever has a VAT id in another country of the EU owes it there.
 */
@Tag("walk")
class AYearOfASmallCompanyTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String STARTER = """
            name: year_small
            currency: EUR
            effective_from: 2024-01-01T00:00:00Z
            components:
              - {id: vcpu_seconds, model: per_unit, unit_price: "0.0001", free_per_month: "36000"}
              - {id: gib_seconds, model: per_unit, unit_price: "0.00002"}
            fixed: [{id: platform, per_month: "5.00"}]
            """;

    private static final String GROWTH = """
            name: year_grown
            currency: EUR
            effective_from: 2024-01-01T00:00:00Z
            components:
              - id: vcpu_seconds
                model: graduated
                tiers:
                  - {up_to: "180000", unit_price: "0.0001"}
                  - {unit_price: "0.00005"}
              - {id: gib_seconds, model: per_unit, unit_price: "0.00002"}
            fixed: [{id: platform, per_month: "10.00"}]
            minimum_per_month: "40.00"
            """;

    @TempDir
    Path home;

    /** One invoice as it was added up by hand: in cents. */
    private record Expected(String start, String end, long net, long tax, long total) {}

    private final List<JsonNode> invoices = new ArrayList<>();

    @Test
    void everyDocumentAddsUp() throws Exception {
        try (Ring ring = Ring.withStripe()) {
            Company company = new Company(ring);
            company.signUp();
            firstHalf(company);
            secondHalf(company);
            wholeYear(company);
        }
    }

    private void firstHalf(Company company) {
        company.card("4242424242424242");

        company.uses("2025-01-10T08:00:00Z", 100); // 90 × 0.36 + 100 × 0.072 + 5
        company.month(
                "2025-02-02T00:00:00Z",
                new Expected("2024-12-31T23:00:00Z", "2025-01-31T23:00:00Z", 4_460, 847, 5_307));

        company.uses("2025-02-03T00:00:00Z", 200); // 190 × 0.36 + 14.40 + 5
        company.month(
                "2025-03-02T00:00:00Z",
                new Expected("2025-01-31T23:00:00Z", "2025-02-28T23:00:00Z", 8_780, 1_668, 10_448));

        // the day on which clocks go forward has 23 hours, and March 743
        company.uses("2025-03-29T23:00:00Z", 23);
        company.uses("2025-03-10T08:00:00Z", 2); // 15 × 0.36 + 1.80 + 5
        company.month(
                "2025-04-02T00:00:00Z",
                new Expected("2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z", 1_220, 232, 1_452));

        company.uses("2025-04-07T00:00:00Z", 44); // 34 × 0.36 + 3.168 + 5
        company.month(
                "2025-05-02T00:00:00Z",
                new Expected("2025-03-31T22:00:00Z", "2025-04-30T22:00:00Z", 2_041, 388, 2_429));

        // ten hours of April that are told in May: 3.60, and 3.888 - 3.168, both rounded, of GiB
        company.usesLate("2025-04-20T00:00:00Z", 10);
        company.uses("2025-05-07T00:00:00Z", 30); // 20 × 0.36 + 2.16 + 5
        JsonNode may = company.month(
                "2025-06-02T00:00:00Z",
                new Expected("2025-04-30T22:00:00Z", "2025-05-31T22:00:00Z", 1_868, 355, 2_223));
        assertThat(amounts(may, "Correction of")).containsExactlyInAnyOrder(360L, 72L);

        // another plan counts from the next month on
        company.changePlan("year_grown");
        company.uses("2025-06-10T00:00:00Z", 30); // as May without the correction
        company.month(
                "2025-07-02T00:00:00Z",
                new Expected("2025-05-31T22:00:00Z", "2025-06-30T22:00:00Z", 1_436, 273, 1_709));
    }

    private void secondHalf(Company company) {
        // a card that is kept and declined when it is asked
        company.card("4000000000000341");
        company.uses("2025-07-10T00:00:00Z", 100); // 50 × 0.36 + 50 × 0.18 + 7.20 + 10
        company.advance("2025-08-03T00:00:00Z");
        JsonNode july = company.last();
        check(july, new Expected("2025-06-30T22:00:00Z", "2025-07-31T22:00:00Z", 4_420, 840, 5_260), "final");
        Instant due = Instant.parse("2025-08-14T23:00:00Z"); // an hour of grace and 14 days
        assertThat(Instant.parse(july.at("/due_at").asString())).isEqualTo(due);
        company.advance(due.minusSeconds(1).toString());
        assertThat(company.standing()).isEqualTo("good");
        company.advance(due.plusSeconds(1).toString());
        company.awaitStanding("past_due");
        company.advance(due.plus(Duration.ofDays(7)).plusSeconds(1).toString());
        company.awaitStanding("suspended");
        company.card("4242424242424242");
        company.advance("2025-08-23T12:00:00Z");
        company.awaitStanding("good");
        invoices.add(company.paid(july));
        assertThat(company.times("payment.failed", july))
                .as("at once, and after 1, 3, 5 and 7 days")
                .containsExactly(
                        "2025-07-31T23:00:00Z",
                        "2025-08-01T23:00:00Z",
                        "2025-08-03T23:00:00Z",
                        "2025-08-05T23:00:00Z",
                        "2025-08-07T23:00:00Z");

        company.uses("2025-08-02T00:00:00Z", 10); // 3.60 + 0.72 + 10, made up to 40
        company.month(
                "2025-09-02T00:00:00Z",
                new Expected("2025-07-31T22:00:00Z", "2025-08-31T22:00:00Z", 4_000, 760, 4_760));

        // a payment that the bank takes back at once, and that is decided for the seller
        company.card("4000000000000259");
        company.uses("2025-09-07T00:00:00Z", 20);
        JsonNode september = company.month(
                "2025-10-02T00:00:00Z",
                new Expected("2025-08-31T22:00:00Z", "2025-09-30T22:00:00Z", 4_000, 760, 4_760));
        company.winDispute(september);
        company.card("4242424242424242");

        // the day on which clocks go back has 25 hours, and October 745; a gift pays a part, after tax
        company.grant(2_000);
        company.uses("2025-10-25T22:00:00Z", 25);
        JsonNode october = company.month(
                "2025-11-02T00:00:00Z",
                new Expected("2025-09-30T22:00:00Z", "2025-10-31T23:00:00Z", 4_000, 760, 4_760));
        assertThat(october.at("/breakdown/credits/amount_minor").asLong()).isEqualTo(2_000);

        // the company moves to Vienna, and owes the tax there
        company.moves("AT", "ATU13585627");
        company.uses("2025-11-07T00:00:00Z", 40);
        JsonNode november = company.month(
                "2025-12-02T00:00:00Z", new Expected("2025-10-31T23:00:00Z", "2025-11-30T23:00:00Z", 4_000, 0, 4_000));
        assertThat(november.at("/breakdown/tax_treatment").asString()).isEqualTo("reverse_charge");

        // a coupon of a quarter, before tax
        company.coupon("WINTER25", "25");
        company.uses("2025-12-07T00:00:00Z", 60); // 18 + 1.80 + 4.32 + 10, made up to 40, less 10
        JsonNode december = company.month(
                "2026-01-02T00:00:00Z", new Expected("2025-11-30T23:00:00Z", "2025-12-31T23:00:00Z", 3_000, 0, 3_000));
        company.payBack(december, 1_000);
    }

    private void wholeYear(Company company) throws IOException {
        assertThat(invoices).hasSize(12);
        assertThat(invoices.stream()
                        .mapToLong(invoice -> minor(invoice, "total"))
                        .sum())
                .as("5307 + 10448 + 1452 + 2429 + 2223 + 1709 + 5260 + 4760 + 4760 + 4760 + 4000 + 3000")
                .isEqualTo(50_108);
        Terminal shell = new Terminal(home);
        for (JsonNode invoice : invoices) {
            String path = "/v1/invoices/" + invoice.at("/id").asString();
            Path evidence = Files.writeString(
                    home.resolve("evidence.jsonl"), company.api().text(path + "/evidence"));
            assertThat(shell.berth("verify", evidence.toString()).expect(0))
                    .contains(invoice.at("/number").asString(), "agrees");
            assertThat(company.api().file(path + ".pdf", "application/pdf")).startsWith("%PDF");
        }
        assertThat(company.numbers()).as("without gaps").hasSize(12).doesNotHaveDuplicates();
        company.booksAgree();
        company.mailsCame();
    }

    private static long minor(JsonNode invoice, String what) {
        return invoice.at("/" + what + "/amount_minor").asLong();
    }

    private static List<Long> amounts(JsonNode invoice, String description) {
        List<Long> amounts = new ArrayList<>();
        invoice.at("/lines").forEach(line -> {
            if (line.at("/description").asString().startsWith(description)) {
                amounts.add(line.at("/amount/amount_minor").asLong());
            }
        });
        return amounts;
    }

    private static void check(JsonNode invoice, Expected expected, String status) {
        assertThat(Instant.parse(invoice.at("/period/start").asString())).isEqualTo(expected.start());
        assertThat(Instant.parse(invoice.at("/period/end").asString())).isEqualTo(expected.end());
        assertThat(List.of(minor(invoice, "subtotal"), minor(invoice, "tax"), minor(invoice, "total")))
                .as("net, tax and total from %s of %s", expected.start(), invoice)
                .containsExactly(expected.net(), expected.tax(), expected.total());
        long lines = 0;
        for (JsonNode line : invoice.at("/lines")) {
            lines += line.at("/amount/amount_minor").asLong();
        }
        assertThat(lines).as("its lines").isEqualTo(expected.net());
        assertThat(invoice.at("/status").asString()).isEqualTo(status);
    }

    /** The company, its operator, and its bank. */
    private final class Company {
        private final Ring ring;
        private final Api operator;
        private final Customer customer;
        private final String clock;
        private String workload = "";
        private int inPeriod;

        Company(Ring ring) {
            this.ring = ring;
            this.operator = ring.operator();
            for (String book : List.of(STARTER, GROWTH)) {
                operator.post("/operator/v1/price_books", Map.of("price_book", book))
                        .expect(201);
            }
            operator.post(
                            "/operator/v1/tax_rates",
                            Map.of(
                                    "country", "DE",
                                    "label", "USt.",
                                    "rate", "0.19",
                                    "valid_from", "2021-01-01T00:00:00Z"))
                    .expect(201);
            Map<String, Integer> limits =
                    Map.of("containers", 10, "cpu_millis", 8_000, "memory_mib", 16_384, "volumes", 5, "volume_gib", 50);
            for (String plan : List.of("year_small", "year_grown")) {
                operator.post(
                                "/operator/v1/plans",
                                Map.of("name", plan, "title", plan, "limits", limits, "open", true, "listed", true))
                        .expect(201);
            }
            customer = Customer.signUp(ring, "year_small", "Europe/Berlin").proveAddress(ring);
            clock = "/operator/v1/accounts/%s/test_clock".formatted(customer.account());
        }

        Api api() {
            return customer.api();
        }

        void signUp() {
            operator.persist("POST", clock, Map.of("now", "2024-12-31T23:00:00Z"))
                    .expect(201);
            workload = customer.launch("web", "service", 1); // what really runs is of the present, and on no bill here
            api().post("/v1/workloads/" + workload + "/stop", Map.of()).expect(202);
            api().patch(
                            "/v1/account/billing",
                            Map.of(
                                    "legal_name",
                                    "Walk & Sons GmbH",
                                    "address",
                                    "Am Ufer 1\n10115 Berlin",
                                    "country",
                                    "DE"))
                    .expect(200);
        }

        /** A container runs so long, in the period that is open. */
        void uses(String from, int hoursLong) {
            Instant stop = Instant.parse(from).plus(Duration.ofHours(hoursLong));
            if (now().isBefore(stop)) {
                advance(stop.toString());
            }
            tell(from, stop);
            inPeriod += hoursLong;
            Until.value("billing knows of it", PATIENCE, this::vcpuSeconds, it -> it == 3600L * inPeriod);
        }

        /** As the live stream begins with it. */
        private long vcpuSeconds() {
            try (Stream<String> lines = api().stream("/v1/usage/live")) {
                String data = lines.filter(line -> line.startsWith("data:"))
                        .findFirst()
                        .orElseThrow()
                        .substring("data:".length());
                return Long.parseLong(
                        new ObjectMapper().readTree(data).at("/vcpu_seconds").asString());
            }
        }

        /** As much of a month that was billed. */
        void usesLate(String from, int hoursLong) {
            tell(from, Instant.parse(from).plus(Duration.ofHours(hoursLong)));
        }

        private void tell(String from, Instant stop) {
            operator.persist(
                            "POST",
                            clock + "/use",
                            Map.of(
                                    "workload",
                                    workload,
                                    "cpu_millis",
                                    1_000,
                                    "memory_mib",
                                    1_024,
                                    "started_at",
                                    from,
                                    "stopped_at",
                                    stop.toString()))
                    .expect(201);
        }

        private Instant now() {
            return Instant.parse(operator.get(clock).expect(200).at("/now").asString());
        }

        void advance(String to) {
            operator.persist("POST", clock + "/advance", Map.of("to", to)).expect(202);
            Until.value(
                    "the clock is there",
                    PATIENCE,
                    () -> operator.get(clock).expect(200),
                    it -> it.at("/state").asString().equals("ready"));
        }

        /** Ends a month: its invoice is made, and paid at once with the card that is kept. */
        JsonNode month(String to, Expected expected) {
            advance(to);
            inPeriod = 0;
            JsonNode invoice = paid(last());
            check(invoice, expected, "paid");
            invoices.add(invoice);
            return invoice;
        }

        /** The invoice of the month that ended last. */
        JsonNode last() {
            inPeriod = 0;
            String id = api().get("/v1/invoices?limit=1")
                    .expect(200)
                    .at("/data/0/id")
                    .asString();
            return api().get("/v1/invoices/" + id).expect(200);
        }

        JsonNode paid(JsonNode invoice) {
            return Until.value(
                    "it is paid",
                    PATIENCE,
                    () -> api().get("/v1/invoices/" + invoice.at("/id").asString())
                            .expect(200),
                    it -> it.at("/status").asString().equals("paid"));
        }

        /** Adds a card on the page that Stripe would show; it is the one that is asked from now on. */
        void card(String number) {
            String url = api().persist("POST", "/v1/payment_methods", Map.of("make_default", true))
                    .expect(201)
                    .at("/url")
                    .asString();
            enter(url, "number=%s&expiry=12+%%2F+34&cvc=123&name=Walk".formatted(number));
            Until.value(
                    "the card is kept",
                    PATIENCE,
                    () -> api().get("/v1/payment_methods").expect(200).at("/data"),
                    cards -> isDefault(cards, number.substring(12)));
        }

        private static boolean isDefault(JsonNode cards, String last4) {
            for (JsonNode card : cards) {
                if (card.at("/last4").asString().equals(last4)
                        && card.at("/is_default").asBoolean()) {
                    return true;
                }
            }
            return false;
        }

        private static void enter(String url, String form) {
            try {
                int status = HTTP.send(
                                HttpRequest.newBuilder(URI.create(url))
                                        .header("Content-Type", "application/x-www-form-urlencoded")
                                        .POST(HttpRequest.BodyPublishers.ofString(form))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode();
                assertThat(status).isBetween(200, 399);
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        void changePlan(String plan) {
            operator.patch("/operator/v1/accounts/" + customer.account(), Map.of("plan", plan))
                    .expect(200);
            Until.value(
                    "billing knows of the plan",
                    PATIENCE,
                    () -> operator.get("/operator/v1/accounts?limit=200")
                            .expect(200)
                            .toString(),
                    all -> all.contains("\"plan\":\"" + plan));
        }

        String standing() {
            return api().get("/v1/account").expect(200).at("/standing").asString();
        }

        void awaitStanding(String wanted) {
            Until.value("it stands " + wanted, PATIENCE, this::standing, wanted::equals);
        }

        /** When something happened to an invoice, the first first. */
        List<String> times(String type, JsonNode invoice) {
            List<String> times = new ArrayList<>();
            api().get("/v1/events?limit=100&type=" + type)
                    .expect(200)
                    .at("/data")
                    .forEach(event -> {
                        if (event.at("/data/invoice").equals(invoice.at("/id"))) {
                            times.addFirst(
                                    Instant.parse(event.at("/data/occurred_at").asString())
                                            .toString());
                        }
                    });
            return times;
        }

        void winDispute(JsonNode invoice) {
            JsonNode opened = Until.value(
                    "the bank contests it",
                    PATIENCE,
                    () -> operator.get("/operator/v1/disputes").expect(200).at("/data/0"),
                    it -> it.at("/invoice").equals(invoice.at("/id")));
            ring.stripe()
                    .post("/_double/disputes/" + opened.at("/reference").asString(), Map.of("outcome", "won"))
                    .expect(200);
            Until.value(
                    "it is decided",
                    PATIENCE,
                    () -> operator.get("/operator/v1/disputes")
                            .expect(200)
                            .at("/data/0/state")
                            .asString(),
                    "won"::equals);
        }

        void grant(long minor) {
            operator.persist(
                            "POST",
                            "/operator/v1/accounts/%s/credits".formatted(customer.account()),
                            Map.of("amount", Map.of("amount_minor", minor, "currency", "EUR"), "note", "thank you"))
                    .expect(201);
        }

        void moves(String country, String vatId) {
            api().patch(
                            "/v1/account/billing",
                            Map.of("country", country, "vat_id", vatId, "address", "Kai 2\n1010 Wien"))
                    .expect(200);
        }

        void coupon(String code, String percent) {
            operator.persist(
                            "POST",
                            "/operator/v1/coupons",
                            Map.of("code", code, "description", "A quarter off", "percent", percent, "months", 1))
                    .expect(201);
            api().persist("POST", "/v1/coupons/redeem", Map.of("code", code)).expect(200);
        }

        /** A part of an invoice goes back to the card that paid it. */
        void payBack(JsonNode invoice, long netMinor) {
            JsonNode note = operator.persist(
                            "POST",
                            "/operator/v1/invoices/%s/credit_notes"
                                    .formatted(invoice.at("/id").asString()),
                            Map.of(
                                    "net",
                                    Map.of("amount_minor", netMinor, "currency", "EUR"),
                                    "reason",
                                    "a day without service",
                                    "refund",
                                    true))
                    .expect(201);
            assertThat(minor(note, "total")).isEqualTo(netMinor);
            assertThat(note.at("/issued_at").asString()).startsWith("2026-01-02T00:00:00");
            Until.value(
                    "the money went back",
                    PATIENCE,
                    () -> api().get("/v1/invoices/%s/payments"
                                    .formatted(invoice.at("/id").asString()))
                            .expect(200)
                            .at("/data/0/refunds/0"),
                    refund ->
                            refund.at("/state").asString().equals("succeeded") && minor(refund, "amount") == netMinor);
            assertThat(api().get("/v1/credits")
                            .expect(200)
                            .at("/balance/amount_minor")
                            .asLong())
                    .isZero();
        }

        List<String> numbers() {
            List<String> numbers = new ArrayList<>();
            api().get("/v1/invoices?limit=100")
                    .expect(200)
                    .at("/data")
                    .forEach(invoice -> numbers.add(invoice.at("/number").asString()));
            return numbers;
        }

        /** What the bank has is what the books call cash: what invoices say less what a gift paid, less what went back. */
        void booksAgree() {
            long captured = 0;
            long refunded = 0;
            for (JsonNode charge :
                    ring.stripe().get("/v1/charges?limit=100").expect(200).at("/data")) {
                captured += charge.at("/amount_captured").asLong();
                refunded += charge.at("/amount_refunded").asLong();
            }
            assertThat(captured).isEqualTo(50_108 - 2_000);
            assertThat(refunded).isEqualTo(1_000);
            Map<String, Long> balance = new TreeMap<>();
            for (JsonNode transaction : operator.get(
                            "/operator/v1/ledger/journal?limit=200&account=" + customer.account())
                    .expect(200)
                    .at("/data")) {
                for (JsonNode entry : transaction.at("/entries")) {
                    balance.merge(
                            entry.at("/ledger_account").asString(),
                            entry.at("/debit_minor").asLong()
                                    - entry.at("/credit_minor").asLong(),
                            Long::sum);
                }
            }
            assertThat(balance).containsEntry("cash", 47_108L).containsEntry("receivable", 0L);
        }

        void mailsCame() {
            Map<String, Integer> kinds = new TreeMap<>();
            operator.get("/operator/v1/mails?limit=200").expect(200).at("/data").forEach(mail -> {
                if (mail.at("/account").asString("").equals(customer.account())) {
                    kinds.merge(mail.at("/kind").asString(), 1, Integer::sum);
                }
            });
            assertThat(kinds)
                    .isEqualTo(Map.of(
                            "invoice", 12,
                            "receipt", 12,
                            "payment_failed", 5,
                            "payment_retry", 4,
                            "reminder", 3,
                            "standing", 3,
                            "dispute", 2,
                            "credit_note", 1,
                            "refund", 1));
        }
    }
}
