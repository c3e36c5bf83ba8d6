package dev.berth.billing.cap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.rating.RunningRepository;
import dev.berth.billing.standing.CapStanding;
import dev.berth.schema.cap.CapAction;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.unit.Money;
import dev.berth.schema.usage.UsageBegun;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.wire.Json;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A container of one core and one GiB costs 12 cents a second here. */
@Tag("parts")
class CapsTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static final WorkloadId JOB = WorkloadId.next();
    private static final Instant START = Instant.parse("2026-03-10T10:00:00Z");
    private static final CapProperties PROPERTIES = new CapProperties(Duration.ofSeconds(5), Duration.ofSeconds(15));
    private static final long BOUND = 20 * 12;

    private static Billing billing;

    private Accruals accruals;
    private Caps caps;
    private AccountId account;

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-10T10:00:00Z");
    }

    @BeforeEach
    void rewind() {
        billing.reset("2026-03-10T10:00:00Z");
        accruals = accruals(billing.dsl);
        caps = caps(accruals);
        account = billing.open("showcase", "EUR", "UTC");
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    private static Accruals accruals(DSLContext dsl) {
        return new Accruals(
                dsl,
                billing.customers,
                billing.periods,
                billing.usage,
                billing.costs,
                new RunningRepository(),
                billing.clock);
    }

    private static Caps caps(Accruals accruals) {
        return new Caps(
                billing.dsl,
                billing.customers,
                accruals,
                new CapRepository(),
                billing.ledger,
                new CapStanding(billing.clock),
                billing.outbox,
                PROPERTIES,
                billing.clock);
    }

    private UsageBegun begun(WorkloadId workload, ContainerId container, Instant start) {
        return new UsageBegun(account, workload, container, start, new CpuMillis(1000), new MemoryMib(1024));
    }

    private UsageRecorded piece(
            WorkloadId workload,
            ContainerId container,
            Instant intervalStart,
            Instant start,
            Instant end,
            @Nullable Instant intervalEnd) {
        return new UsageRecorded(
                account,
                workload,
                container,
                "engine-1",
                intervalStart,
                intervalEnd,
                start,
                end,
                new CpuMillis(1000),
                new MemoryMib(1024),
                true,
                null);
    }

    private static Instant after(long seconds) {
        return START.plusSeconds(seconds);
    }

    private void at(long seconds) {
        billing.clock.set(after(seconds));
    }

    private ContainerId run(WorkloadId workload) {
        ContainerId container = ContainerId.next();
        billing.used(begun(workload, container, billing.clock.instant()));
        return container;
    }

    private void cap(long minor, CapAction action) {
        caps.set(account, null, new Money(minor, "EUR"), action, Billing.CAUSE);
    }

    private long used() {
        return accruals.look(account).orElseThrow().open().usedMinor();
    }

    private long invoiced() {
        return billing.dsl
                .fetchSingle("select total_minor from invoice where account_id = ?", account.uuid())
                .get(0, Long.class);
    }

    /** What was told of caps and standings, in short. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        billing.dsl
                .fetch(
                        "select type, payload from outbox where type like '%SpendCap%' or type like '%Standing%' order by seq")
                .forEach(row -> {
                    JsonNode data = Json.mapper().readTree(row.get(1, String.class));
                    String type = row.get(0, String.class).replaceFirst(".*\\.(\\w+)\\.v1", "$1");
                    told.add(
                            switch (type) {
                                case "SpendCapNotice" ->
                                    "notice " + data.path("percent").asInt();
                                case "SpendCapChanged" ->
                                    "%s %s%s"
                                            .formatted(
                                                    data.path("kind").asString(),
                                                    data.path("reason").asString(),
                                                    data.path("reached").asBoolean() ? " reached" : "");
                                case "SpendCapCredited" ->
                                    "credited " + data.path("credited_minor").asLong();
                                default ->
                                    "standing " + data.path("cap_reached").asBoolean();
                            });
                });
        return told;
    }

    @Test
    void whatRunsCountsToTheMillisecondAndNothingTwice() {
        ContainerId container = run(WEB);
        at(10);
        assertThat(used()).isEqualTo(120);
        billing.used(piece(WEB, container, START, START, after(8), null));
        assertThat(used()).as("a piece replaces what was reckoned").isEqualTo(120);
        assertThat(accruals(billing.dsl).look(account).orElseThrow().open().usedMinor())
                .as("a replica that starts adds up to the same")
                .isEqualTo(120);
        at(60);
        assertThat(used()).isEqualTo(720);
        assertThat(accruals.look(account).orElseThrow().open().burnPerHour()).isEqualByComparingTo("432");
        billing.used(piece(WEB, container, START, after(8), after(50), after(50)));
        assertThat(used()).as("it had stopped").isEqualTo(600);
        at(3_000);
        assertThat(used()).isEqualTo(600);
        assertThat(accruals.look(account).orElseThrow().open().total().running())
                .isZero();
    }

    @Test
    void whatAWatermarkHasPassedWithoutAPieceHasEndedThoughNothingSaidSo() {
        ContainerId container = run(WEB);
        billing.used(piece(WEB, container, START, START, after(60), null));
        billing.complete(after(60));
        at(90);
        assertThat(used()).isEqualTo(90 * 12);
        billing.complete(after(120)); // and no piece up to there: it ended at the watermark before
        at(130);
        assertThat(used()).isEqualTo(60 * 12);
    }

    @Test
    void anAccrualThatIsCaughtUpIsTheInvoice() {
        List<ContainerId> running = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            running.add(run(i % 2 == 0 ? WEB : JOB));
            at(7L * (i + 1));
            assertThat(used()).isPositive();
        }
        Instant told = billing.clock.instant();
        List<UsageRecorded> pieces = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Instant begun = after(7L * i);
            pieces.add(piece(i % 2 == 0 ? WEB : JOB, running.get(i), begun, begun, told, null));
        }
        billing.used(pieces);
        assertThat(used()).isEqualTo(12 * (35 + 28 + 21 + 14 + 7));
        at(100);
        assertThat(used()).isEqualTo(12 * (100 + 93 + 86 + 79 + 72));
        List<UsageRecorded> rest = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rest.add(
                    piece(i % 2 == 0 ? WEB : JOB, running.get(i), after(7L * i), told, after(100 - i), after(100 - i)));
        }
        billing.used(rest);
        long accrued = used();
        Map<WorkloadId, Long> shares =
                accruals.look(account).orElseThrow().open().byWorkload();
        assertThat(shares.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(accrued);
        at(200);
        billing.complete(after(200));
        billing.close(account);
        assertThat(invoiced()).isEqualTo(accrued);
    }

    @Test
    void peopleAreToldOnceAndTheAccountStopsAndARaisedCapReleasesIt() {
        cap(1_000, CapAction.STOP);
        run(WEB);
        at(62);
        assertThat(caps.pass(_ -> {})).isZero();
        at(65);
        caps.pass(_ -> {});
        caps.pass(_ -> {});
        at(84);
        caps.pass(_ -> {});
        Caps other = caps(accruals(billing.dsl));
        assertThat(other.pass(_ -> {})).as("another replica finds nothing new").isZero();
        cap(5_000, CapAction.STOP);
        assertThat(told())
                .containsExactly(
                        "account set",
                        "notice 75",
                        "notice 90",
                        "notice 100",
                        "account reached reached",
                        "standing true",
                        "account set",
                        "standing false");
        cap(500, CapAction.STOP);
        assertThat(told().subList(8, 10)).containsExactly("account set reached", "standing true");
        caps.remove(account, null, Billing.CAUSE);
        assertThat(told().subList(10, 12)).containsExactly("account removed", "standing false");
    }

    @Test
    void manyReplicasAtOnceTellOnce() throws Exception {
        cap(100, CapAction.STOP);
        run(WEB);
        at(10);
        List<Callable<Integer>> passes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Caps replica = caps(accruals(billing.dsl));
            passes.add(() -> replica.pass(_ -> {}));
        }
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var pass : pool.invokeAll(passes)) {
                pass.get();
            }
        }
        assertThat(told())
                .containsExactly(
                        "account set",
                        "notice 75",
                        "notice 90",
                        "notice 100",
                        "account reached reached",
                        "standing true");
    }

    @Test
    void aReplicaThatLostTheLeaseChangesNothing() {
        cap(100, CapAction.STOP);
        run(WEB);
        at(10);
        assertThatThrownBy(() -> caps.pass(_ -> {
                    throw new IllegalStateException("fenced");
                }))
                .hasMessage("fenced");
        assertThat(told()).containsExactly("account set");
    }

    @Test
    void aCapThatRefusesStopsNothing() {
        cap(100, CapAction.REFUSE);
        run(WEB);
        at(10);
        caps.pass(_ -> {});
        at(100);
        caps.pass(_ -> {});
        assertThat(told())
                .containsExactly("account set", "notice 75", "notice 90", "notice 100", "account reached reached");
        assertThat(billing.ledger.creditOf(billing.dsl, account, "EUR"))
                .as("what goes on by its owner's wish is not credited")
                .isZero();
    }

    @Test
    void theNextPeriodBeginsAnew() {
        cap(100, CapAction.STOP);
        ContainerId container = run(WEB);
        at(9);
        caps.pass(_ -> {});
        billing.used(piece(WEB, container, START, START, after(10), after(10)));
        billing.ask(account, after(9));
        caps.pass(_ -> {});
        assertThat(used()).as("one second of the new period").isEqualTo(12);
        assertThat(told()).endsWith("account reached reached", "standing true", "account new_period", "standing false");
    }

    @Test
    void whatIsUsedBeyondTheBoundIsCreditedOnceAndTheInvoiceTakesItOff() {
        cap(1_000, CapAction.STOP);
        ContainerId container = run(WEB);
        at(84); // 1008
        caps.pass(_ -> {});
        at(120);
        caps.pass(_ -> {});
        assertThat(told()).as("it may still stop").doesNotContain("credited 200");
        billing.used(piece(WEB, container, START, START, after(120), after(120)));
        caps.pass(_ -> {});
        caps.pass(_ -> {});
        long credit = 120 * 12 - 1_000 - BOUND;
        assertThat(told().stream().filter(one -> one.startsWith("credited"))).containsExactly("credited " + credit);
        assertThat(billing.ledger.creditOf(billing.dsl, account, "EUR")).isEqualTo(credit);
        at(200);
        billing.complete(after(200));
        billing.close(account);
        assertThat(invoiced()).isEqualTo(1_000 + BOUND);
        assertThat(billing.ledger.creditOf(billing.dsl, account, "EUR")).isZero();
        assertThat(billing.ledger.trialBalance(billing.dsl).stream()
                        .map(balance -> balance.balance().longValueExact())
                        .reduce(0L, Long::sum))
                .isZero();
    }

    @Test
    void whatDoesNotStopForAMinuteIsCreditedWhileItRuns() {
        cap(1_000, CapAction.STOP);
        run(WEB);
        at(84);
        caps.pass(_ -> {});
        at(84 + 59);
        caps.pass(_ -> {});
        at(84 + 60);
        caps.pass(_ -> {});
        at(84 + 121);
        caps.pass(_ -> {});
        assertThat(told().stream().filter(one -> one.startsWith("credited")))
                .containsExactly("credited " + (144 * 12 - 1_000 - BOUND), "credited " + 61 * 12);
    }

    @Test
    void whatAPeriodUsedBeyondTheBoundIsCreditedThoughItEndsBeforeAnybodyLooks() {
        cap(1_000, CapAction.STOP);
        run(WEB);
        at(84);
        caps.pass(_ -> {});
        at(124);
        billing.ask(account, after(120));
        caps.pass(_ -> {});
        assertThat(told()).endsWith("credited " + (120 * 12 - 1_000 - BOUND), "account new_period", "standing false");
    }

    @Test
    void whoLetsItGoOnAndThenHasItStoppedIsNotCreditedForThat() {
        cap(1_000, CapAction.REFUSE);
        ContainerId container = run(WEB);
        at(84);
        caps.pass(_ -> {});
        at(500);
        cap(1_000, CapAction.STOP);
        billing.used(piece(WEB, container, START, START, after(501), after(501)));
        at(501);
        caps.pass(_ -> {});
        assertThat(told()).endsWith("account set reached", "standing true");
        assertThat(billing.ledger.creditOf(billing.dsl, account, "EUR")).isZero();
    }

    @Test
    void whoLowersACapBelowWhatIsUsedIsCreditedNothing() {
        ContainerId container = run(WEB);
        at(100);
        cap(500, CapAction.STOP);
        billing.used(piece(WEB, container, START, START, after(103), after(103)));
        at(103);
        caps.pass(_ -> {});
        assertThat(told())
                .containsExactly("notice 75", "notice 90", "notice 100", "account set reached", "standing true");
    }

    @Test
    void aWorkloadsCapCountsItsShareAndStopsOnlyIt() {
        caps.set(account, WEB, new Money(100, "EUR"), CapAction.STOP, Billing.CAUSE);
        run(WEB);
        run(JOB);
        at(8);
        caps.pass(_ -> {});
        assertThat(told()).containsExactly("workload set", "notice 75", "notice 90");
        at(9);
        caps.pass(_ -> {});
        assertThat(told()).endsWith("notice 100", "workload reached reached").doesNotContain("standing true");
        CapView view = CapView.of(caps.stand(account), null);
        assertThat(view.workloads())
                .containsExactly(
                        new CapView.OfWorkload(WEB, new Money(100, "EUR"), "stop", new Money(108, "EUR"), true));
        assertThat(view.used().amountMinor()).isEqualTo(216);
        assertThat(caps.mayStart(account, WEB, 1000, 1024, 1).kind()).isEqualTo(CapKind.WORKLOAD);
        assertThat(caps.mayStart(account, JOB, 1000, 1024, 1).kind()).isNull();
    }

    private void topUp(String key, long minor) {
        billing.dsl.transaction(configuration -> billing.ledger.post(
                configuration.dsl(),
                new Posting(
                        key,
                        "grant",
                        account,
                        null,
                        null,
                        "EUR",
                        Map.of(LedgerAccount.CASH, minor, LedgerAccount.CREDIT, -minor),
                        billing.clock.instant(),
                        Billing.CAUSE)));
    }

    @Test
    void thePrepaidCreditIsTheCapAndATopUpResumes() {
        topUp("first", 1_000);
        caps.prepaid(account, true, Billing.CAUSE);
        caps.prepaid(account, true, Billing.CAUSE);
        ContainerId container = run(WEB);
        at(60);
        caps.pass(_ -> {});
        assertThat(told()).containsExactly("prepaid set");
        at(84);
        caps.pass(_ -> {});
        billing.used(piece(WEB, container, START, START, after(85), after(85)));
        at(86);
        caps.pass(_ -> {});
        assertThat(told())
                .containsExactly(
                        "prepaid set",
                        "notice 75",
                        "notice 90",
                        "notice 100",
                        "prepaid reached reached",
                        "standing true");
        assertThat(caps.mayStart(account, null, 1000, 1024, 1).kind()).isEqualTo(CapKind.PREPAID);
        topUp("second", 10_000);
        caps.pass(_ -> {});
        assertThat(told()).endsWith("prepaid released", "standing false");
        CapView view = CapView.of(caps.stand(account), null);
        assertThat(view.prepaid())
                .isEqualTo(new CapView.Prepaid(new Money(11_000, "EUR"), new Money(11_000 - 1_020, "EUR"), false));

        billing.ask(account, after(86));
        assertThat(CapView.of(caps.stand(account), null).prepaid())
                .as("what a period has used that waits for its invoice is gone from the credit")
                .isEqualTo(
                        new CapView.Prepaid(new Money(11_000 - 1_020, "EUR"), new Money(11_000 - 1_020, "EUR"), false));
        billing.complete(after(200));
        at(201);
        billing.closing.pass(_ -> {});
        assertThat(CapView.of(caps.stand(account), null).prepaid())
                .as("and once it has it")
                .isEqualTo(
                        new CapView.Prepaid(new Money(11_000 - 1_020, "EUR"), new Money(11_000 - 1_020, "EUR"), false));
    }

    @Test
    void tenMinutesOfWhatStartsMustBePaidFor() {
        assertThat(caps.mayStart(account, null, 1000, 1024, 1).kind())
                .as("without a cap")
                .isNull();
        cap(7_200, CapAction.STOP);
        Caps.Verdict exactly = caps.mayStart(account, null, 1000, 1024, 1);
        assertThat(exactly.kind()).as("ten minutes are 7200").isNull();
        assertThat(exactly.neededMinor()).isEqualTo(7_200);
        Caps.Verdict refused = caps.mayStart(account, null, 1000, 1024, 2);
        assertThat(refused).isEqualTo(new Caps.Verdict(CapKind.ACCOUNT, CapAction.STOP, 7_200, 0, 14_400, "EUR"));
        run(WEB);
        at(1);
        assertThat(caps.mayStart(account, null, 1000, 1024, 1).usedMinor()).isEqualTo(12);
    }

    @Test
    void aCapSaysWhenItWillBeReached() {
        cap(1_200, CapAction.STOP);
        run(WEB);
        at(40);
        CapView view = CapView.of(caps.stand(account), null);
        assertThat(view.percent()).isEqualTo(40);
        assertThat(view.remaining()).isEqualTo(new Money(720, "EUR"));
        assertThat(view.msToCap()).isBetween(59_000L, 60_000L);
        assertThat(CapView.of(caps.stand(account), WEB).amount()).isNull();
    }

    @Test
    void anotherCurrencyAndLessThanNothingAreRefused() {
        assertThatThrownBy(() -> caps.set(account, null, new Money(1, "USD"), CapAction.STOP, Billing.CAUSE))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("EUR");
        assertThatThrownBy(() -> cap(-1, CapAction.STOP)).isInstanceOf(Refusal.class);
    }

    /** A data source that counts the statements that are prepared on its connections. */
    private static DataSource counting(DataSource real, AtomicInteger queries) {
        InvocationHandler source = (_, method, arguments) -> {
            Object answer = method.invoke(real, arguments);
            return answer instanceof Connection connection ? counting(connection, queries) : answer;
        };
        return (DataSource)
                Proxy.newProxyInstance(CapsTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, source);
    }

    private static Connection counting(Connection real, AtomicInteger queries) {
        InvocationHandler connection = (_, method, arguments) -> {
            if (method.getName().equals("prepareStatement")) {
                queries.incrementAndGet();
            }
            return method.invoke(real, arguments);
        };
        return (Connection)
                Proxy.newProxyInstance(CapsTest.class.getClassLoader(), new Class<?>[] {Connection.class}, connection);
    }

    @Test
    void hundredsOfContainersOfManyAccountsAreAFewQueries() {
        List<AccountId> accounts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            account = billing.open("showcase", "EUR", "UTC");
            accounts.add(account);
            List<UsageBegun> begun = new ArrayList<>();
            for (int c = 0; c < 10; c++) {
                begun.add(begun(c % 2 == 0 ? WEB : JOB, ContainerId.next(), START));
            }
            billing.used(begun);
            cap(1_000_000, CapAction.STOP);
        }
        AtomicInteger queries = new AtomicInteger();
        Accruals counted = accruals(DSL.using(counting(billing.database.dataSource(), queries), SQLDialect.POSTGRES));
        counted.look(accounts, java.util.Set.of());
        queries.set(0);
        at(10);
        Map<AccountId, Accruals.Of> looked = counted.look(accounts, java.util.Set.of());
        assertThat(queries.get()).as("for 40 accounts with 400 containers").isBetween(5, 7);
        assertThat(looked.values())
                .allSatisfy(of -> assertThat(of.open().usedMinor()).isEqualTo(1_200));
    }
}
