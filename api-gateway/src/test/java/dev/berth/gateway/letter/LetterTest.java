package dev.berth.gateway.letter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.Elsewhere;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.schema.Cause;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.invoice.CreditNoteIssued;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.invoice.InvoiceVoided;
import dev.berth.schema.invoice.InvoiceWrittenOff;
import dev.berth.schema.invoice.PaymentFailed;
import dev.berth.schema.invoice.PaymentSucceeded;
import dev.berth.schema.invoice.TestClockMoved;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.wire.Envelope;
import dev.berth.schema.wire.Received;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Letters that follow from what billing tells over the real topics. */
class LetterTest extends GatewayTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static Elsewhere billing;

    private final InvoiceId invoice = InvoiceId.next();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private Instant due = now.plus(Duration.ofDays(14));

    @Autowired
    private Reminders reminders;

    @Autowired
    private Debts debts;

    @Autowired
    private LetterListener listener;

    private People people = new People(Api.at(1), Api.at(1));
    private People.Person owner = new People.Person("", "", "", Api.at(1));

    @BeforeAll
    static void begin() {
        billing = new Elsewhere(Service.BILLING, TestKafka.shared().bootstrapServers());
    }

    @AfterAll
    static void end() {
        billing.close();
    }

    @BeforeEach
    void signUp() {
        people = new People(api(), api().key(OPERATOR));
        owner = people.owner();
        verify(owner);
    }

    private void verify(People.Person person) {
        api().post("/v1/email_verification/" + people.link(person.email(), "verification"))
                .expect(204);
    }

    private AccountId account() {
        return AccountId.parse(owner.account());
    }

    private InvoiceFinalized finalized(Instant at) {
        return new InvoiceFinalized(
                account(),
                invoice,
                "B-2026-000042",
                Instant.parse("2026-11-01T00:00:00Z"),
                Instant.parse("2026-12-01T00:00:00Z"),
                "USD",
                1000,
                190,
                1190,
                1190,
                due,
                at);
    }

    private PaymentSucceeded paid(long minor, boolean inFull) {
        return new PaymentSucceeded(account(), invoice, PaymentId.next(), "manual", "USD", minor, inFull, now);
    }

    private StandingChanged stands(Standing standing, boolean capReached) {
        return new StandingChanged(account(), standing, capReached, "invoice_overdue", Instant.now());
    }

    /** The subjects of the letters to somebody, the first first. */
    private List<String> letters(String email) {
        List<String> subjects = new ArrayList<>();
        for (JsonNode mail : api().key(OPERATOR)
                .get("/operator/v1/mails?limit=200")
                .expect(200)
                .json()
                .path("data")) {
            if (mail.path("recipient").asString().equals(email)
                    && !List.of("verification", "invitation")
                            .contains(mail.path("kind").asString())) {
                subjects.addFirst(mail.path("subject").asString());
            }
        }
        return subjects;
    }

    private List<String> letters() {
        return letters(owner.email());
    }

    private void awaitLetters(int count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(letters()).hasSize(count));
    }

    @Test
    void ownersAndWhoSeesToTheBillsHearOfEachInvoiceOnce() {
        People.Person bookkeeper = people.joined(owner, "billing");
        People.Person developer = people.joined(owner, "developer");
        People.Person unproven = people.joined(owner, "owner");
        superuser().execute("update gateway.users set email_verified_at = null where email = ?", unproven.email());
        billing.tell(finalized(now), paid(1190, true));
        awaitLetters(2);
        assertThat(letters())
                .containsExactly("Invoice B-2026-000042 over $11.90", "Receipt: $11.90 for invoice B-2026-000042");
        assertThat(letters(bookkeeper.email())).isEqualTo(letters());
        assertThat(letters(developer.email())).isEmpty();
        assertThat(letters(unproven.email())).isEmpty();
        JsonNode mail = api().key(OPERATOR)
                .get("/operator/v1/mails")
                .json()
                .path("data")
                .path(0);
        assertThat(mail.path("body").asString()).contains("/invoices/" + invoice);
        assertThat(mail.has("html")).isFalse();
        assertThat(superuser()
                        .fetchSingle(
                                "select count(*) from gateway.mail where recipient = ? and html like '<!DOCTYPE%'",
                                owner.email())
                        .get(0, Long.class))
                .isEqualTo(2);
    }

    @Test
    void whoWantsOnlyWhatMustBeSentGetsOnlyThat() {
        assertThat(owner.browser().get("/v1/account/money_mails").expect(200).body())
                .contains("\"choice\":\"all\"", "\"receives\":true");
        owner.browser()
                .send("PUT", "/v1/account/money_mails", "{\"choice\": \"none\"}")
                .expect(422);
        owner.browser()
                .send("PUT", "/v1/account/money_mails", "{\"choice\": \"needed\"}")
                .expect(200);
        billing.tell(
                finalized(now),
                new PaymentFailed(
                        account(), invoice, PaymentId.next(), "manual", "USD", 1190, "card_declined", "No.", now),
                paid(1190, true),
                new CreditNoteIssued(
                        account(), invoice, CreditNoteId.next(), "C-2026-000001", "USD", 190, "goodwill", now));
        awaitLetters(2);
        assertThat(letters())
                .containsExactly("Invoice B-2026-000042 over $11.90", "Credit note C-2026-000001 over $1.90");
        assertThat(people.joined(owner, "viewer")
                        .browser()
                        .get("/v1/account/money_mails")
                        .expect(200)
                        .text("receives"))
                .isEqualTo("false");
    }

    /** Two replicas and one that was started again: each reminder is one letter. */
    @Test
    void remindsOfWhatIsNotPaidOnceForEachTime() throws Exception {
        billing.tell(finalized(now));
        awaitLetters(1);
        reminders.look(due.minus(Duration.ofDays(4)));
        assertThat(letters()).hasSize(1);
        Duration[] times = {Duration.ofDays(-3), Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30)};
        for (Duration time : times) {
            Instant then = due.plus(time).plusSeconds(60);
            List<Callable<Boolean>> replicas = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                replicas.add(() -> {
                    reminders.look(then);
                    return true;
                });
            }
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                for (Future<Boolean> done : threads.invokeAll(replicas)) {
                    assertThat(done.get()).isTrue();
                }
            }
        }
        assertThat(letters())
                .hasSize(4)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("Invoice B-2026-000042 over"),
                        before -> assertThat(before).startsWith("Invoice B-2026-000042 is due on"),
                        day -> assertThat(day).isEqualTo("Invoice B-2026-000042 is overdue"),
                        week -> assertThat(week).isEqualTo("Invoice B-2026-000042 has been overdue for a week"));
    }

    @Test
    void nobodyIsRemindedOfWhatIsPaidTakenBackOrWrittenOff() {
        billing.tell(finalized(now), paid(1000, false));
        awaitLetters(2);
        assertThat(debts.owes(dsl, account())).isTrue();
        reminders.look(due.minus(Duration.ofDays(2)));
        assertThat(letters()).hasSize(3);
        billing.tell(paid(190, false));
        awaitLetters(4);
        assertThat(debts.owes(dsl, account())).isFalse();
        reminders.look(due.plus(Duration.ofDays(2)));
        assertThat(letters()).hasSize(4);

        People.Person second = people.owner();
        verify(second);
        owner = second;
        InvoiceId another = InvoiceId.next();
        billing.tell(finalizedAs(another), new InvoiceVoided(account(), another, "B-2026-000042", "a mistake", now));
        awaitLetters(2);
        assertThat(letters()).endsWith("Invoice B-2026-000042 is void");
        InvoiceId third = InvoiceId.next();
        billing.tell(
                finalizedAs(third),
                new InvoiceWrittenOff(account(), third, "B-2026-000042", "USD", 1190, now),
                stands(Standing.PAST_DUE, false));
        awaitLetters(4);
        assertThat(letters()).as("the writing off is the operator's").contains("An invoice of Ada is overdue");
        await().atMost(SOON).until(() -> !debts.owes(dsl, account()));
        reminders.look(due.plus(Duration.ofDays(2)));
        assertThat(letters()).hasSize(4);
    }

    private InvoiceFinalized finalizedAs(InvoiceId id) {
        InvoiceFinalized one = finalized(now);
        return new InvoiceFinalized(
                one.account(),
                id,
                one.number(),
                one.periodStart(),
                one.periodEnd(),
                one.currency(),
                one.subtotalMinor(),
                one.taxMinor(),
                one.totalMinor(),
                one.amountDueMinor(),
                one.dueAt(),
                one.occurredAt());
    }

    @Test
    void eachChangeOfTheStandingIsToldOnceAndACapIsNone() {
        billing.tell(stands(Standing.GOOD, true), stands(Standing.GOOD, false), stands(Standing.PAST_DUE, false));
        awaitLetters(1);
        billing.tell(
                stands(Standing.PAST_DUE, true), stands(Standing.SUSPENDED, false), stands(Standing.SUSPENDED, true));
        awaitLetters(2);
        billing.tell(stands(Standing.GOOD, false));
        awaitLetters(3);
        assertThat(letters())
                .containsExactly("An invoice of Ada is overdue", "Ada is suspended", "Ada is in good standing again");
    }

    /** A topic that is read from its beginning fills no mailbox, and what is owed is known all the same. */
    @Test
    void whatIsLongPastIsNoNews() {
        billing.tell(finalized(now.minus(Duration.ofDays(8))), stands(Standing.PAST_DUE, false));
        awaitLetters(1);
        assertThat(letters()).containsExactly("An invoice of Ada is overdue");
        await().atMost(SOON).until(() -> debts.owes(dsl, account()));
    }

    @Test
    void anAccountOnATestClockIsToldInItsOwnTime() {
        Instant then = Instant.parse("2025-01-31T23:00:00Z");
        due = then.plus(Duration.ofDays(14));
        billing.tell(new TestClockMoved(account(), then.minusSeconds(60)), finalized(then));
        awaitLetters(1); // although it is long past for everybody else
        reminders.look(Instant.now());
        assertThat(letters()).as("it is not everybody's time").hasSize(1);
        billing.tell(new TestClockMoved(account(), due.minus(Duration.ofDays(3)).minusMillis(1)));
        billing.tell(new TestClockMoved(account(), due.minus(Duration.ofDays(3))));
        awaitLetters(2);
        billing.tell(new TestClockMoved(account(), due), new TestClockMoved(account(), due.plus(Duration.ofDays(1))));
        awaitLetters(3);
        billing.tell(paid(1190, true), new TestClockMoved(account(), due.plus(Duration.ofDays(60))));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(superuser()
                                .fetchSingle(
                                        "select now from gateway.test_clock where account_id = ?",
                                        account().uuid())
                                .get(0, Instant.class))
                        .isEqualTo(due.plus(Duration.ofDays(60))));
        assertThat(letters())
                .as("a receipt of the present, and no reminder of what is paid")
                .hasSize(4)
                .last()
                .asString()
                .startsWith("Receipt");
    }

    @Test
    void anAccountThatIsNotKnownIsAnErrorOfTheEvent() {
        InvoiceFinalized event = finalized(now);
        InvoiceFinalized stranger = new InvoiceFinalized(
                AccountId.next(),
                InvoiceId.next(),
                event.number(),
                event.periodStart(),
                event.periodEnd(),
                "USD",
                0,
                0,
                0,
                0,
                due,
                now);
        Cause cause = Cause.platform(now);
        Received received =
                new Received(new Envelope(EventId.next(), Service.BILLING, stranger, cause), Topic.INVOICE, 0, 0);
        assertThatThrownBy(() -> dsl.transaction(tx -> listener.apply(tx.dsl(), List.of(received))))
                .isInstanceOf(RuntimeException.class);
    }
}
