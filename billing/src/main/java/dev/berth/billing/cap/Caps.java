package dev.berth.billing.cap;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.Rounding;
import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.cap.CapAction;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.wire.Outbox;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Caps on what accounts and workloads cost in a billing period, and prepaid accounts, whose cap is the credit they have left. Set, read,
 * and held against use by {@link #pass}. Thread-safe.
 */
@Component
@EnableConfigurationProperties(CapProperties.class)
public final class Caps {
    /** The most caps of an account. */
    public static final int MOST = 1_001;

    /** For how long what starts must be paid for. */
    public static final Duration FUNDED = Duration.ofMinutes(10);

    private static final int PAGE = 1_000;

    private final DSLContext dsl;
    private final Customers customers;
    private final Accruals accruals;
    private final CapRepository repository;
    private final Ledger ledger;
    private final Judge judge;
    private final InstantSource clock;

    Caps(
            DSLContext dsl,
            Customers customers,
            Accruals accruals,
            CapRepository repository,
            Ledger ledger,
            Standings standings,
            Outbox outbox,
            CapProperties properties,
            InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.accruals = accruals;
        this.repository = repository;
        this.ledger = ledger;
        this.judge = new Judge(repository, ledger, standings, outbox, properties);
        this.clock = clock;
    }

    /**
     * Holds the use of every account that has a cap against it. What changes nothing writes nothing.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return how many accounts something changed of
     */
    public int pass(Consumer<DSLContext> fence) {
        int changed = 0;
        List<AccountId> page = repository.accounts(dsl, null, PAGE);
        while (!page.isEmpty()) {
            Map<AccountId, List<SpendCap>> caps =
                    repository.of(dsl, page).stream().collect(Collectors.groupingBy(SpendCap::account));
            for (Map.Entry<AccountId, Reading> entry : read(page, caps).entrySet()) {
                Instant now = now();
                List<SpendCap> of = caps.getOrDefault(entry.getKey(), List.of());
                if (judge.wants(of, entry.getValue(), now)) {
                    dsl.transaction(configuration -> {
                        DSLContext transaction = configuration.dsl();
                        fence.accept(transaction);
                        List<SpendCap> locked = repository.lock(transaction, entry.getKey());
                        judge.judge(transaction, locked, entry.getValue(), now, Cause.platform(now));
                    });
                    changed++;
                }
            }
            page = page.size() < PAGE ? List.of() : repository.accounts(dsl, page.getLast(), PAGE);
        }
        return changed;
    }

    private Map<AccountId, Reading> read(List<AccountId> accounts, Map<AccountId, List<SpendCap>> caps) {
        Set<AccountId> prepaid = new HashSet<>();
        caps.forEach((account, list) -> {
            if (list.stream().anyMatch(Caps::isPrepaid)) {
                prepaid.add(account);
            }
        });
        Set<AccountId> withWaiting =
                new HashSet<>(prepaid); // and where a period may have ended with something to credit
        caps.forEach((account, list) -> {
            if (list.stream().anyMatch(SpendCap::stops)) {
                withWaiting.add(account);
            }
        });
        Map<AccountId, Accruals.Of> looked = accruals.look(accounts, withWaiting);
        Map<AccountId, String> currencies = new HashMap<>();
        looked.forEach((account, of) -> {
            if (prepaid.contains(account)) {
                currencies.put(account, of.open().customer().currency());
            }
        });
        Map<AccountId, Long> credits = currencies.isEmpty() ? Map.of() : ledger.creditsOf(dsl, currencies);
        Map<AccountId, Reading> readings = new HashMap<>();
        looked.forEach((account, of) -> readings.put(account, Reading.of(of, credits.getOrDefault(account, 0L))));
        return readings;
    }

    private static boolean isPrepaid(SpendCap cap) {
        return cap.kind() == CapKind.PREPAID && cap.active();
    }

    /** Several accounts and their caps at one moment; an account that billing does not know yet is left out. */
    Map<AccountId, Standing> stand(List<AccountId> accounts) {
        Map<AccountId, List<SpendCap>> caps =
                repository.of(dsl, accounts).stream().collect(Collectors.groupingBy(SpendCap::account));
        Map<AccountId, Standing> all = new HashMap<>();
        read(accounts, caps)
                .forEach((account, reading) ->
                        all.put(account, new Standing(reading, caps.getOrDefault(account, List.of()))));
        return all;
    }

    /** An account's caps and what they are held against. */
    record Standing(Reading reading, List<SpendCap> caps) {
        Optional<SpendCap> cap(CapKind kind, @Nullable WorkloadId workload) {
            return caps.stream()
                    .filter(cap -> cap.active() && cap.kind() == kind)
                    .filter(cap -> Objects.equals(cap.workload(), workload))
                    .findFirst();
        }
    }

    /** An account and its caps. */
    Standing stand(AccountId account) {
        customers.require(account);
        return Optional.ofNullable(stand(List.of(account)).get(account)).orElseThrow(() -> notReady(account));
    }

    private static Refusal notReady(AccountId account) {
        return new Refusal(ErrorCode.ACCOUNT_NOT_READY, "Billing has no open period of %s yet.".formatted(account));
    }

    /**
     * Sets the cap of an account or of one of its workloads, and judges it at once.
     *
     * @param workload null for the account's
     * @throws Refusal {@code invalid} for another currency, a negative amount, or too many caps
     */
    void set(AccountId account, @Nullable WorkloadId workload, Money amount, CapAction action, Cause cause) {
        Customer customer = customers.require(account);
        if (!amount.currency().equals(customer.currency())) {
            throw Refusal.invalid(
                    "amount.currency", "must be %s, as all of the account".formatted(customer.currency()));
        }
        if (amount.amountMinor() < 0 || amount.amountMinor() > 1_000_000_000_000_000L) {
            throw Refusal.invalid("amount.amount_minor", "must be 0 to 1000000000000000");
        }
        CapKind kind = workload == null ? CapKind.ACCOUNT : CapKind.WORKLOAD;
        say(account, kind, workload, amount.amountMinor(), action, true, cause);
    }

    /** Takes a cap away; without one nothing changes. */
    void remove(AccountId account, @Nullable WorkloadId workload, Cause cause) {
        CapKind kind = workload == null ? CapKind.ACCOUNT : CapKind.WORKLOAD;
        stand(account)
                .cap(kind, workload)
                .ifPresent(cap -> say(account, kind, workload, null, cap.action(), false, cause));
    }

    /** Makes an account prepaid, or no longer; to what it is already changes nothing. */
    void prepaid(AccountId account, boolean prepaid, Cause cause) {
        boolean is = stand(account).cap(CapKind.PREPAID, null).isPresent();
        if (is != prepaid) {
            say(account, CapKind.PREPAID, null, null, CapAction.STOP, prepaid, cause);
        }
    }

    private void say(
            AccountId account,
            CapKind kind,
            @Nullable WorkloadId workload,
            @Nullable Long amountMinor,
            CapAction action,
            boolean active,
            Cause cause) {
        Accruals.Of of = accruals.look(account).orElseThrow(() -> notReady(account));
        List<SpendCap> there = repository.of(dsl, List.of(account)).stream()
                .filter(SpendCap::active)
                .toList();
        boolean isSet = there.stream().anyMatch(cap -> cap.kind() == kind && Objects.equals(cap.workload(), workload));
        if (active && !isSet && there.size() >= MOST) {
            throw Refusal.invalid("workload", "the account has %d caps, which is the most".formatted(MOST));
        }
        long credit = ledger.creditOf(dsl, account, of.open().customer().currency());
        Reading reading = Reading.of(of, credit);
        Instant now = now();
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            List<SpendCap> before = repository.lock(transaction, account); // all, in the order in which everybody does
            List<Event> events = judge.settle(transaction, before, reading, now, cause);
            CapRepository.Said said = new CapRepository.Said(kind, workload, amountMinor, action, active);
            repository.set(transaction, account, said, now, cause.actor());
            List<SpendCap> locked = repository.lock(transaction, account);
            SpendCap word = locked.stream()
                    .filter(cap -> cap.kind() == kind && Objects.equals(cap.workload(), workload))
                    .findFirst()
                    .orElseThrow();
            judge.judge(transaction, locked, reading, word, active ? "set" : "removed", now, cause, events);
        });
    }

    /**
     * Whether something may start.
     *
     * @param kind of the cap that does not let it; null when it may
     * @param amountMinor that cap
     * @param usedMinor what is used of it
     * @param neededMinor what {@link #FUNDED} of it cost, rounded up
     */
    record Verdict(
            @Nullable CapKind kind,
            @Nullable CapAction action,
            long amountMinor,
            long usedMinor,
            long neededMinor,
            String currency) {}

    /** Whether what is left of the caps pays for some time of what starts. */
    Verdict mayStart(AccountId account, @Nullable WorkloadId workload, int cpuMillis, int memoryMib, int replicas) {
        Standing stands = stand(account);
        Reading reading = stands.reading();
        String currency = reading.accrual().customer().currency();
        BigDecimal needed = reading.accrual()
                .more(Quantities.of(FUNDED.toMillis(), cpuMillis, memoryMib, 0).times(replicas));
        long neededMinor = Rounding.toMinorUp(needed, currency);
        for (SpendCap cap : stands.caps()) {
            boolean counts =
                    cap.active() && (cap.workload() == null || cap.workload().equals(workload));
            Long amount = reading.amount(cap);
            if (!counts || amount == null) {
                continue;
            }
            long used = reading.used(cap);
            BigDecimal left = Rounding.toMajor(amount - used, currency);
            if (cap.reached() || left.signum() <= 0 || needed.compareTo(left) > 0) {
                return new Verdict(cap.kind(), cap.action(), amount, used, neededMinor, currency);
            }
        }
        return new Verdict(null, null, 0, 0, neededMinor, currency);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
