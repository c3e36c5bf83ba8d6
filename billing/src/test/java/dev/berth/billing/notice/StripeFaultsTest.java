package dev.berth.billing.notice;

import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static dev.berth.schema.db.billing.Tables.REFUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.CreditNotes;
import dev.berth.billing.payment.PaymentProvider;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The promise: after any run, the money that Stripe's double has captured is what invoices are paid with here, and what the books call
 * cash; nobody is charged twice. Runs are made up from a seed: faults of requests and of webhooks, the worker killed before and after
 * each step, customers who answer their bank or do not, days that pass.
 */
@Tag("parts")
class StripeFaultsTest {
    private static final int STEPS = 60;
    private static final List<String> CARDS = List.of(
            "pm_card_visa",
            "pm_card_visa",
            "pm_card_mastercard",
            "pm_card_chargeCustomerFail",
            "pm_card_authenticationRequired",
            "pm_card_refundFail",
            "pm_card_pendingRefund",
            "pm_card_visa stolen_card",
            "pm_card_visa insufficient_funds");
    private static final List<String> CURRENCIES = List.of("EUR", "USD", "JPY", "KWD");
    private static final List<String> FAULTS = List.of(
            "{\"kind\": \"drop_reply\", \"times\": 4, \"method\": \"POST\"}",
            "{\"kind\": \"drop_reply\", \"times\": 2, \"path\": \"/v1/payment_intents\"}",
            "{\"kind\": \"drop_reply\", \"times\": 3, \"path\": \"/v1/refunds\"}",
            "{\"kind\": \"drop_request\", \"times\": 3, \"path\": \"/v1/refunds\", \"method\": \"POST\"}",
            "{\"kind\": \"drop_request\", \"times\": 4, \"method\": \"POST\"}",
            "{\"kind\": \"status\", \"status\": 429, \"times\": 5}",
            "{\"kind\": \"status\", \"status\": 409, \"times\": 4, \"method\": \"POST\"}",
            "{\"kind\": \"status\", \"status\": 500, \"times\": 4}",
            "{\"kind\": \"status\", \"status\": 500, \"times\": 3, \"method\": \"POST\", \"committed\": true}",
            "{\"kind\": \"webhook_duplicate\", \"times\": 10, \"copies\": 3}",
            "{\"kind\": \"webhook_shuffle\", \"times\": 10, \"millis\": 20}",
            "{\"kind\": \"webhook_drop\", \"times\": 10}",
            "{\"kind\": \"webhook_delay\", \"times\": 5, \"seconds\": 200000}",
            "{\"kind\": \"webhook_wrong_signature\", \"times\": 5}",
            "{\"kind\": \"webhook_api_version\", \"times\": 2, \"version\": \"2027-09-01.elder\"}");

    private static final Killer KILLER = new Killer();
    private static AtStripe at;

    /** Ends the worker in the middle of its work. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Stands before and behind each call of the provider. */
    private static final class Killer {
        private Random random = new Random(0);
        private boolean armed;

        void strike() {
            if (armed && random.nextInt(4) == 0) {
                throw new Killed();
            }
        }

        PaymentProvider around(PaymentProvider provider) {
            return (PaymentProvider) java.lang.reflect.Proxy.newProxyInstance(
                    PaymentProvider.class.getClassLoader(),
                    new Class<?>[] {PaymentProvider.class},
                    (_, method, arguments) -> {
                        boolean step = List.of("charge", "lookUp", "abandon", "payBack")
                                .contains(method.getName());
                        if (step) {
                            strike();
                        }
                        try {
                            Object outcome = method.invoke(provider, arguments);
                            if (step) {
                                strike(); // what came of it is known to nobody
                            }
                            return outcome;
                        } catch (java.lang.reflect.InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    @BeforeAll
    static void start() throws IOException {
        at = new AtStripe(KILLER::around);
    }

    @AfterAll
    static void close() {
        at.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void afterAnyRunTheMoneyThatWasCapturedIsTheMoneyThatIsBooked(long seed) {
        Random random = new Random(seed);
        KILLER.random = new Random(seed + 1000);
        at.billing.reset(AtStripe.START);
        Map<InvoiceId, AccountId> invoices = new HashMap<>();
        for (String card : CARDS) {
            String[] course = card.split(" ");
            AccountId account = at.account(CURRENCIES.get(random.nextInt(CURRENCIES.size())), course[0]);
            if (course.length == 2) {
                at.refuse(account, course[1]);
            }
            invoices.put(at.invoice(account, 60 + random.nextInt(100)), account);
        }
        KILLER.armed = true;
        for (int step = 0; step < STEPS; step++) {
            try {
                step(random, invoices);
            } catch (Killed e) {
                // the next one takes over
            }
        }
        KILLER.armed = false;
        settle();
        KILLER.armed = true;
        at.stripe.fault(FAULTS.get(random.nextInt(FAULTS.size())));
        for (int i = 0; i < 3 * CARDS.size(); i++) {
            try {
                giveBack(random, invoices); // by now there is something that was paid
            } catch (Killed e) {
                // the janitor goes on with it
            }
        }
        KILLER.armed = false;
        settle();
        check(invoices);
    }

    private static void step(Random random, Map<InvoiceId, AccountId> invoices) {
        Consumer<DSLContext> fence = _ -> KILLER.strike();
        switch (random.nextInt(13)) {
            case 0, 1 -> at.stripe.fault(FAULTS.get(random.nextInt(FAULTS.size())));
            case 2, 3 -> at.billing.payments.collect(fence);
            case 4 -> at.billing.payments.janitor(fence);
            case 5 -> at.worker.pass(fence);
            case 6 -> at.billing.clock.advance(Duration.ofMinutes(2 + random.nextInt(30)));
            case 7 -> at.billing.clock.advance(Duration.ofHours(6 + random.nextInt(40)));
            case 8 -> answerBank(random);
            case 9 -> at.billing.refunds.janitor(fence);
            case 10, 11 -> giveBack(random, invoices);
            default -> payByHand(random, invoices);
        }
    }

    private static void answerBank(Random random) {
        at.billing
                .dsl
                .selectFrom(PAYMENT)
                .where(PAYMENT.STATE.eq("requires_action"))
                .fetch(PAYMENT.ACTION_URL)
                .forEach(url -> {
                    try {
                        at.answer(url, random.nextInt(3) > 0);
                    } catch (AssertionError gone) {
                        // it was answered before, or the attempt was ended
                    }
                });
    }

    private static void payByHand(Random random, Map<InvoiceId, AccountId> invoices) {
        List<InvoiceId> all = new ArrayList<>(new TreeMap<>(Map.copyOf(byText(invoices))).values());
        InvoiceId invoice = all.get(random.nextInt(all.size()));
        try {
            at.methods
                    .defaultOf(at.billing.dsl, invoices.get(invoice))
                    .ifPresent(card -> at.billing.payments.payKept(invoice, card.id(), null, Billing.CAUSE));
        } catch (Refusal refused) {
            // paid already, declined, or not known yet
        }
    }

    /** The operator takes a part or all back, as money at once, or first as credit. */
    private static void giveBack(Random random, Map<InvoiceId, AccountId> invoices) {
        List<InvoiceId> all = new ArrayList<>(new TreeMap<>(Map.copyOf(byText(invoices))).values());
        InvoiceId invoice = all.get(random.nextInt(all.size()));
        String currency = at.billing
                .dsl
                .fetchSingle(INVOICE, INVOICE.INVOICE_ID.eq(invoice))
                .getCurrency();
        Money net = random.nextBoolean() ? null : new Money(1 + random.nextInt(300), currency);
        CreditNotes.Asked asked = new CreditNotes.Asked(invoice, net, "goodwill", null);
        try {
            if (random.nextInt(3) > 0) {
                at.billing.refunds.issue(asked, null, Billing.CAUSE);
            } else if (at.billing.reader.find(invoice).orElseThrow().status().equals("paid")) {
                CreditNoteId note = at.billing
                        .creditNotes
                        .issue(invoice, net, "goodwill", null, Billing.CAUSE)
                        .id();
                at.billing.refunds.refund(note, null, null, Billing.CAUSE);
            }
        } catch (Refusal refused) {
            // not paid, or taken back already
        }
    }

    private static Map<String, InvoiceId> byText(Map<InvoiceId, AccountId> invoices) {
        Map<String, InvoiceId> byText = new HashMap<>();
        invoices.keySet().forEach(invoice -> byText.put(invoice.toString(), invoice));
        return byText;
    }

    /** The faults are over: everything comes to rest. */
    private static void settle() {
        at.stripe.clearFaults();
        for (int day = 0; day < 12; day++) {
            at.billing.clock.advance(Duration.ofHours(24));
            at.billing.payments.janitor(_ -> {});
            at.billing.payments.collect(_ -> {});
            at.billing.refunds.janitor(_ -> {});
            at.told();
        }
        at.reconciliation.run();
        at.notices.latest("quarantined", 200).forEach(event -> at.notices.release(event.getEventReference()));
        at.look();
        at.billing.clock.advance(Duration.ofHours(24));
        at.billing.payments.janitor(_ -> {});
        assertThat(at.billing.dsl.fetchCount(PAYMENT, PAYMENT.STATE.in("pending", "requires_action")))
                .as("attempts without a result")
                .isZero();
        assertThat(at.billing.dsl.fetchCount(REFUND, REFUND.STATE.in("pending", "requires_action")))
                .as("refunds without a result")
                .isZero();
    }

    /** What the double paid back of invoices; each refund here is one there, in the same state. */
    private static long refunded(Map<InvoiceId, AccountId> invoices) {
        Map<String, ObjectNode> there = new HashMap<>();
        for (ObjectNode refund : at.stripe.objects("refund")) {
            JsonNode metadata = refund.path("metadata");
            if (byText(invoices).containsKey(metadata.path("berth_invoice").asString(""))) {
                assertThat(there.put(metadata.path("berth_refund").asString(), refund))
                        .as("paid back once")
                        .isNull();
            }
        }
        at.billing.dsl.fetch(REFUND).forEach(row -> {
            ObjectNode found = there.get(row.getRefundId().toString());
            assertThat(row.getState())
                    .as("%s at Stripe is %s", row.getRefundId(), found)
                    .isEqualTo(found == null ? "failed" : found.path("status").asString());
        });
        assertThat(there).as("some money went back").isNotEmpty();
        assertThat(there).hasSizeLessThanOrEqualTo(at.billing.dsl.fetchCount(REFUND));
        return there.values().stream()
                .filter(refund -> refund.path("status").asString().equals("succeeded"))
                .mapToLong(refund -> refund.path("amount").asLong())
                .sum();
    }

    /** What went back by our own account of it. */
    private static long booked() {
        return at.billing
                .dsl
                .select(DSL.coalesce(DSL.sum(REFUND.AMOUNT_MINOR), BigDecimal.ZERO))
                .from(REFUND)
                .where(REFUND.STATE.eq("succeeded"))
                .fetchSingle()
                .value1()
                .longValueExact();
    }

    private static void check(Map<InvoiceId, AccountId> invoices) {
        Map<InvoiceId, Long> captured = new HashMap<>();
        long minor = 0;
        for (ObjectNode intent : at.intents()) {
            String of = intent.path("metadata").path("berth_invoice").asString("");
            if (byText(invoices).containsKey(of)) {
                assertThat(intent.path("status").asString()).isIn("succeeded", "canceled");
                if (intent.path("status").asString().equals("succeeded")) {
                    assertThat(captured.put(
                                    InvoiceId.parse(of),
                                    intent.path("amount_received").asLong()))
                            .as("%s is charged once", of)
                            .isNull();
                    minor += intent.path("amount_received").asLong();
                }
            }
        }
        long paid = 0;
        for (InvoiceId id : invoices.keySet()) {
            InvoiceRecord invoice = at.billing.dsl.fetchSingle(INVOICE, INVOICE.INVOICE_ID.eq(id));
            Long taken = captured.get(id);
            assertThat(invoice.getStatus().equals("paid"))
                    .as("%s is paid if captured", id)
                    .isEqualTo(taken != null);
            if (taken != null) {
                assertThat(invoice.getTotalMinor() - taken)
                        .as("the whole invoice, but what Stripe has no unit for")
                        .isBetween(0L, invoice.getCurrency().equals("KWD") ? 9L : 0L);
                paid += taken;
            }
        }
        BigDecimal cash = at.billing
                .dsl
                .resultQuery("select coalesce(sum(amount_minor), 0) from ledger_entry where ledger_account = 'cash'")
                .fetchSingle(0, BigDecimal.class);
        long back = refunded(invoices);
        assertThat(cash).isEqualByComparingTo(BigDecimal.valueOf(minor - back));
        assertThat(paid - booked()).as("invoices paid less what went back").isEqualTo(minor - back);
        assertThat(captured).as("good cards pay").isNotEmpty();
        assertThat(at.billing.ledger.trialBalance(at.billing.dsl).stream()
                        .map(dev.berth.billing.ledger.Ledger.Balance::balance)
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo("0");
    }
}
