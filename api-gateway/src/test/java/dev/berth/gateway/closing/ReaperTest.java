package dev.berth.gateway.closing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.Elsewhere;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.webhook.Receiver;
import dev.berth.schema.Service;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.invoice.PaymentSucceeded;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.testing.TestKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What is left of an account when its time is over, over the real topics. */
class ReaperTest extends GatewayTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration RETENTION = Duration.ofDays(30);
    private static final Duration OWNERS = Duration.ofDays(60);
    private static final String CLOSED = "dev.berth.account.AccountClosed.v1";

    /** Tables that keep rows of an account that is closed for good, and why. */
    private static final Map<String, String> STAYS = Map.ofEntries(
            Map.entry("account", "the operator's books name it; it has no person in it"),
            Map.entry("audit_chain", "what was done is never unwritten"),
            Map.entry("audit_entry", "what was done is never unwritten"),
            Map.entry("quota", "limits of an account, no more"),
            Map.entry("workload", "invoices tell of it; emptied of what it was given"),
            Map.entry("workload_run", "when jobs ran, which invoices tell of"),
            Map.entry("volume", "invoices tell of it; its data is destroyed"),
            Map.entry("volume_snapshot", "goes with the volume"),
            Map.entry("operation", "forgotten by age"),
            Map.entry("operation_step", "forgotten by age"),
            Map.entry("feed_event", "forgotten by age"),
            Map.entry("feed_tenant", "a mirror of the topics"),
            Map.entry("feed_workload", "a mirror of the topics"),
            Map.entry("feed_container", "a mirror of the topics"),
            Map.entry("feed_rollout", "a mirror of the topics"),
            Map.entry("feed_volume", "a mirror of the topics"),
            Map.entry("autoscale_change", "forgotten by age"),
            Map.entry("outbox", "the wire, forgotten once it was read"));

    @Autowired
    private Reaper reaper;

    private People people = new People(Api.at(1), Api.at(1));
    private People.Person owner = new People.Person("", "", "", Api.at(1));

    @BeforeEach
    void signUp() {
        people = new People(api(), api().key(OPERATOR));
        owner = people.owner();
    }

    private UUID account() {
        return AccountId.parse(owner.account()).uuid();
    }

    private void fill() {
        Api by = owner.browser();
        by.post("/v1/volumes", "{\"name\": \"data\", \"size_gib\": 1}").expect(202);
        by.post("/v1/secrets", "{\"name\": \"token\", \"value\": \"canary\"}").expect(201);
        by.post("/v1/registry_credentials", """
                {"registry": "r.example.com", "username": "u", "password": "canary"}""").expect(201);
        String workload = by.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1", "env": {"WORD": "canary"}, "args": ["canary"],
                 "volumes": [{"volume": "data", "path": "/data"}], "secrets": [{"name": "token", "env": "TOKEN"}]}""").expect(202).text("id");
        by.post("/v1/workloads/" + workload + "/triggers", "{\"name\": \"t\", \"action\": \"redeploy\"}")
                .expect(201);
        by.post("/v1/workloads", """
                {"name": "tick", "kind": "cron", "image": "berth/sample:1", "schedule": {"cron": "0 0 1 1 *"}}""").expect(202);
        by.post("/v1/stacks", """
                {"name": "stack", "compose": "services: {one: {image: berth/sample:1, mem_limit: 64m, cpus: 0.05}}"}""").expect(202);
        by.post("/v1/api_keys", "{\"name\": \"all\"}").expect(201);
    }

    private void close() {
        owner.browser()
                .post("/v1/account/close", """
                {"confirm": "%s", "password": "%s"}""".formatted(owner.account(), People.PASSWORD))
                .expect(202);
    }

    private void afterRetention() {
        reaper.look(Instant.now().plus(RETENTION).plusSeconds(60));
    }

    private List<String> types() {
        return dsl.resultQuery("select type from outbox where key = {0} order by seq", DSL.val(owner.account()))
                .fetch(row -> row.get(0, String.class));
    }

    private long count(String sql) {
        return superuser().fetchSingle(sql, account()).get(0, Long.class);
    }

    /** Rows of the account by table, in every table that has any. */
    private Map<String, Long> left() {
        DSLContext all = superuser();
        Map<String, Long> left = new TreeMap<>();
        List<String> tables = new ArrayList<>(all.fetch("""
                        select table_name from information_schema.columns
                        where table_schema = 'gateway' and column_name = 'account_id'""").getValues(0, String.class));
        for (String table : tables) {
            long rows = all.fetchSingle(
                            "select count(*) from gateway.%s where account_id = ?".formatted(table), account())
                    .get(0, Long.class);
            if (rows > 0) {
                left.put(table, rows);
            }
        }
        return left;
    }

    @Test
    void leavesNothingOfAnAccountButWhatInvoicesAndBooksNeed() {
        People.Person viewer = people.joined(owner, "viewer");
        People.Person partner = people.joined(owner, "owner");
        fill();
        close();
        reaper.look(Instant.now());
        assertThat(types()).doesNotContain(CLOSED);
        viewer.browser().get("/v1/account").expect(200);

        afterRetention();
        assertThat(types()).containsOnlyOnce(CLOSED);
        assertThat(count("select count(*) from gateway.workload where account_id = ? and removed_at is null"))
                .isZero();
        assertThat(count("""
                select count(*) from gateway.workload where account_id = ?
                and (env::text || labels::text || manner::text || args::text || command::text) like '%canary%'""")).isZero();
        assertThat(left()).containsKeys("membership", "api_key", "session").doesNotContainKeys("secret", "stack");
        viewer.browser().get("/v1/account").expect(401);
        assertThat(superuser().fetchOptional("select from gateway.users where email = ?", viewer.email()))
                .isEmpty();
        owner.browser().post("/v1/account/reopen").expect(409);
        people.signIn(partner.email()).browser().get("/v1/invoices").expect(200);
        assertThat(owner.browser().get("/v1/account").text("state")).isEqualTo("closed");

        AtomicReference<Instant> forgotten =
                new AtomicReference<>(Instant.now().plus(RETENTION).plus(OWNERS).plus(Duration.ofDays(1)));
        await().atMost(SOON)
                .untilAsserted(
                        () -> { // the data of its volumes is destroyed meanwhile, and it is looked each minute
                            reaper.look(forgotten.getAndUpdate(at -> at.plus(Duration.ofMinutes(2))));
                            assertThat(count("""
                    select count(*) from gateway.account where account_id = ? and people_gone_at is not null""")).isOne();
                        });
        assertThat(left().keySet()).isSubsetOf(STAYS.keySet());
        owner.browser().get("/v1/account").expect(401);
        assertThat(superuser().fetchOptional("select from gateway.users where email = ?", owner.email()))
                .isEmpty();
        Api.Reply seen = api().key(OPERATOR)
                .get("/operator/v1/accounts/" + owner.account())
                .expect(200);
        assertThat(seen.text("state")).isEqualTo("closed");
        assertThat(seen.text("email")).isEqualTo("null");
        assertThat(count("select count(*) from gateway.audit_entry where account_id = ?"))
                .isPositive();
        assertThat(superuser()
                        .fetchSingle("select reap_at is null from gateway.account where account_id = ?", account())
                        .get(0, Boolean.class))
                .isTrue();
    }

    private InvoiceFinalized owed(InvoiceId invoice) {
        Instant now = Instant.now();
        return new InvoiceFinalized(
                AccountId.parse(owner.account()), invoice, "B-1", now, now, "USD", 100, 0, 100, 100, now, now);
    }

    private void awaitOwed(long invoices) {
        await().atMost(SOON)
                .until(() ->
                        count("select count(*) from gateway.owed_invoice where account_id = ? and settled_at is null")
                                == invoices);
    }

    /** Whether its owners are still there after a look, and when it is looked at next. */
    private boolean stillThere(Instant at) {
        reaper.look(at);
        Instant next = superuser()
                .fetchSingle("select coalesce(reap_at, 'epoch') from gateway.account where account_id = ?", account())
                .get(0, Instant.class);
        boolean there = count("select count(*) from gateway.membership where account_id = ?") == 1;
        assertThat(next.isAfter(at)).isEqualTo(there);
        return there;
    }

    @Test
    void keepsItsOwnersWhileSomethingIsOwed() {
        try (Elsewhere billing =
                new Elsewhere(Service.BILLING, TestKafka.shared().bootstrapServers())) {
            InvoiceId invoice = InvoiceId.next();
            billing.tell(owed(invoice));
            awaitOwed(1);
            close();
            afterRetention();
            Instant late = Instant.now().plus(RETENTION).plus(OWNERS).plus(Duration.ofDays(1));
            assertThat(stillThere(late)).isTrue();
            assertThat(stillThere(late.plus(Duration.ofDays(100)))).isTrue();
            people.signIn(owner.email()).browser().get("/v1/invoices").expect(200);
            billing.tell(new PaymentSucceeded(
                    AccountId.parse(owner.account()),
                    invoice,
                    PaymentId.next(),
                    "manual",
                    "USD",
                    100,
                    true,
                    Instant.now()));
            awaitOwed(0);
            assertThat(stillThere(late.plus(Duration.ofDays(101)))).isFalse();
            assertThat(left().keySet()).isSubsetOf(STAYS.keySet());
        }
    }

    @Test
    void forgetsThemAllTheSameWhenItIsOwedForTooLong() {
        try (Elsewhere billing =
                new Elsewhere(Service.BILLING, TestKafka.shared().bootstrapServers())) {
            billing.tell(owed(InvoiceId.next()));
            awaitOwed(1);
            close();
            afterRetention();
            Instant closed = Instant.now();
            assertThat(stillThere(closed.plus(Duration.ofDays(729)))).isTrue();
            assertThat(stillThere(closed.plus(Duration.ofDays(731)))).isFalse();
            assertThat(left().keySet()).isSubsetOf(STAYS.keySet());
        }
    }

    @Test
    void keepsWhoIsInAnotherAccountToo() {
        owner.browser().post("/v1/accounts", "{\"name\": \"Second\"}").expect(201);
        close();
        AtomicReference<Instant> late =
                new AtomicReference<>(Instant.now().plus(RETENTION).plus(OWNERS).plus(Duration.ofDays(1)));
        await().atMost(SOON).untilAsserted(() -> {
            reaper.look(late.getAndUpdate(at -> at.plus(OWNERS).plus(Duration.ofDays(1))));
            assertThat(count("select count(*) from gateway.membership where account_id = ?"))
                    .isZero();
        });
        People.Person again = people.signIn(owner.email());
        assertThat(again.account()).isNotEqualTo(owner.account());
        assertThat(again.browser().get("/v1/account").text("name")).isEqualTo("Second");
    }

    /** A step that breaks holds up none of the others, and is done when it can be: as after a process that died at it. */
    @Test
    void goesOnWhereItWasInterrupted() {
        fill();
        close();
        superuser().execute("""
                create function gateway.broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$""");
        superuser().execute("""
                create trigger broken before delete on gateway.secret for each row execute function gateway.broken()""");
        try {
            afterRetention();
            assertThat(left()).containsKey("secret").doesNotContainKeys("stack", "registry_credential");
        } finally {
            superuser().execute("drop function gateway.broken() cascade");
        }
        reaper.look(Instant.now().plus(RETENTION).plus(Duration.ofHours(1)));
        assertThat(left()).doesNotContainKey("secret");
        assertThat(types()).containsOnlyOnce(CLOSED);
    }

    @Test
    void toldOfItsEndByBillingItIsClosedOnce() {
        close();
        afterRetention();
        try (Elsewhere billing =
                new Elsewhere(Service.BILLING, TestKafka.shared().bootstrapServers())) {
            billing.tell(new StandingChanged(
                    AccountId.parse(owner.account()), Standing.CLOSED, false, "account_closed", Instant.now()));
            await().atMost(SOON)
                    .until(() ->
                            owner.browser().get("/v1/account").text("standing").equals("closed"));
        }
        assertThat(types()).containsOnlyOnce(CLOSED);
        await().atMost(SOON)
                .until(() -> owner.browser().get("/v1/events").body().contains("account.closed"));
    }

    @Test
    void takesOverWhatAVersionBeforeThisOneClosed() {
        fill();
        superuser().execute("update gateway.account set standing = 'closed' where account_id = ?", account());
        reaper.look(Instant.now());
        assertThat(left()).doesNotContainKey("secret").containsKey("membership");
        assertThat(types()).doesNotContain(CLOSED); // that version told of it
    }

    @Test
    void webhooksHearOfTheClosingAndThenNothingUntilItIsReopened() {
        try (Receiver receiver = new Receiver()) {
            owner.browser()
                    .post("/v1/webhook_endpoints", "{\"url\": \"%s\", \"events\": []}".formatted(receiver.url()))
                    .expect(201);
            String workload = owner.browser()
                    .post("/v1/workloads", "{\"name\": \"w\", \"kind\": \"service\", \"image\": \"berth/sample:1\"}")
                    .expect(202)
                    .text("id");
            await().atMost(SOON).until(() -> receiver.of("workload.created").size() == 1);
            close();
            await().atMost(SOON).until(() -> receiver.of("account.closing").size() == 1);
            await().atMost(SOON)
                    .until(() -> owner.browser()
                            .get("/v1/events?type=workload")
                            .body()
                            .contains("workload.updated")); // it was held
            owner.browser().post("/v1/account/reopen").expect(202);
            await().atMost(SOON).until(() -> receiver.of("account.reopened").size() == 1);
            await().atMost(SOON).until(() -> receiver.of("workload.updated").size() == 1); // released, and not held
            assertThat(receiver.of("workload.updated").getFirst().body())
                    .contains(workload)
                    .doesNotContain("\"held_by\":\"closing\"");

            close();
            await().atMost(SOON).until(() -> receiver.of("account.closing").size() == 2);
            await().atMost(SOON).untilAsserted(() -> {
                afterRetention();
                assertThat(left()).doesNotContainKeys("webhook_endpoint", "webhook_message");
            });
            assertThat(receiver.of("account.closed")).isEmpty();
        }
    }
}
