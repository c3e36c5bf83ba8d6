package dev.berth.billing.cap;

import dev.berth.billing.cap.CapRules.Decision;
import dev.berth.billing.cap.CapRules.Turn;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.cap.CapAction;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.cap.SpendCapChanged;
import dev.berth.schema.cap.SpendCapCredited;
import dev.berth.schema.cap.SpendCapNotice;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Holds one account's caps against a reading: applies {@link CapRules}, tells people, and credits what was used beyond what a stop
 * needs. Everything of one account is one transaction, under the locks of its caps. Thread-safe.
 */
final class Judge {
    /** How often use is credited that goes on although it is to be stopped. */
    private static final Duration CREDIT_EVERY = Duration.ofMinutes(1);

    private final CapRepository repository;
    private final Ledger ledger;
    private final Standings standings;
    private final Outbox outbox;
    private final CapProperties properties;

    Judge(CapRepository repository, Ledger ledger, Standings standings, Outbox outbox, CapProperties properties) {
        this.repository = repository;
        this.ledger = ledger;
        this.standings = standings;
        this.outbox = outbox;
        this.properties = properties;
    }

    /** Whether holding an account's caps against a reading would change anything. */
    boolean wants(List<SpendCap> caps, Reading reading, Instant now) {
        long ofWorkloads = ofWorkloads(caps, reading, now);
        return caps.stream()
                .anyMatch(cap ->
                        decide(cap, reading).changes(cap.state()) || toCredit(cap, reading, now, ofWorkloads) > 0);
    }

    /**
     * Judges all caps of an account.
     *
     * @param locked its caps, locked in the transaction
     */
    void judge(DSLContext transaction, List<SpendCap> locked, Reading reading, Instant now, Cause cause) {
        List<Event> events = new ArrayList<>();
        List<SpendCap> settled = credit(transaction, locked, reading, now, cause, events);
        judge(transaction, settled, reading, null, "", now, cause, events);
    }

    /** What is to be credited of caps as they are, before one of them is said anew: what follows from that is no overshoot. */
    List<Event> settle(DSLContext transaction, List<SpendCap> locked, Reading reading, Instant now, Cause cause) {
        List<Event> events = new ArrayList<>();
        List<SpendCap> _ = credit(transaction, locked, reading, now, cause, events);
        return events;
    }

    /**
     * Judges all caps of an account after one was set or taken away, of which that is told whatever comes of it.
     *
     * @param word that one; null for none
     * @param reason {@code set} or {@code removed}
     * @param events what {@link #settle} said
     */
    void judge(
            DSLContext transaction,
            List<SpendCap> locked,
            Reading reading,
            @Nullable SpendCap word,
            String reason,
            Instant now,
            Cause cause,
            List<Event> events) {
        List<SpendCap> judged = new ArrayList<>();
        for (SpendCap cap : locked) {
            boolean said =
                    word != null && cap.kind() == word.kind() && cap.holder().equals(word.holder());
            judged.add(judge(transaction, cap, reading, said ? reason : null, now, events));
        }
        boolean stops = judged.stream().anyMatch(cap -> cap.kind() != CapKind.WORKLOAD && cap.stops());
        standings.capReached(transaction, reading.accrual().customer(), stops).ifPresent(events::add);
        if (!events.isEmpty()) {
            outbox.appendAll(
                    transaction,
                    events.stream().map(event -> new Outbox.Draft(event, cause)).toList());
        }
    }

    private static Decision decide(SpendCap cap, Reading reading) {
        return CapRules.decide(
                cap.state(), reading.amount(cap), reading.accrual().period().start(), reading.used(cap));
    }

    private SpendCap judge(
            DSLContext transaction,
            SpendCap cap,
            Reading reading,
            @Nullable String said,
            Instant now,
            List<Event> events) {
        Decision decision = decide(cap, reading);
        if (!decision.changes(cap.state()) && said == null) {
            return cap;
        }
        Long amount = reading.amount(cap);
        CapRules.State before = cap.state();
        boolean newPeriod =
                before != null && !before.periodStart().equals(decision.after().periodStart());
        boolean reached = decision.after().reached();
        boolean anew = reached && (decision.turn() == Turn.REACHED || said != null);
        long allowed = cap.allowedMinor();
        if (anew && amount != null) {
            long bound = cap.action() == CapAction.STOP ? reading.bound(cap, properties.bound()) : 0;
            boolean byItself = said == null && !newPeriod;
            allowed = CapRules.allowed(byItself ? before : null, amount, reading.used(cap), bound);
        }
        SpendCap after = cap.with(decision.after(), anew ? now : reached ? cap.reachedAt() : null, allowed, anew);
        repository.judged(transaction, after);
        for (int percent : decision.notices()) {
            if (amount != null
                    && repository.notice(transaction, after, decision.after().periodStart(), percent, now)) {
                events.add(notice(after, reading, amount, percent, now));
            }
        }
        if (said != null || decision.turn() != Turn.NONE) {
            String reason = said != null
                    ? said
                    : decision.turn() == Turn.REACHED ? "reached" : newPeriod ? "new_period" : "released";
            events.add(changed(after, reading, amount, reason, now));
        }
        return after;
    }

    /**
     * What was used beyond what is allowed and is not credited yet, when it is time to; zero for nothing. Of a period that is over
     * it is time before the cap is judged in the next.
     */
    private static long excess(SpendCap cap, Reading reading, Instant now) {
        CapRules.State state = cap.state();
        if (!cap.stops() || state == null) {
            return 0;
        }
        Optional<Accrual> in = reading.judgedIn(state);
        if (in.isEmpty()) {
            return 0;
        }
        boolean over = !in.get().equals(reading.accrual());
        Instant since = cap.creditedAt() == null ? Objects.requireNonNull(cap.reachedAt()) : cap.creditedAt();
        if (!over && !reading.rests(cap) && now.isBefore(since.plus(CREDIT_EVERY))) {
            return 0;
        }
        long used = over ? Reading.used(cap, in.get()) : reading.used(cap);
        return Math.max(0, used - cap.allowedMinor() - cap.creditedMinor());
    }

    /** What is credited, or is to be, through the workloads of an account that are to stop. */
    private static long ofWorkloads(List<SpendCap> caps, Reading reading, Instant now) {
        return caps.stream()
                .filter(cap -> cap.kind() == CapKind.WORKLOAD && cap.stops())
                .mapToLong(cap -> cap.creditedMinor() + excess(cap, reading, now))
                .sum();
    }

    /** What is to be credited of a cap now, zero or less for nothing: of the account's, what is not among {@link #ofWorkloads}. */
    private static long toCredit(SpendCap cap, Reading reading, Instant now, long ofWorkloads) {
        return excess(cap, reading, now) - (cap.kind() == CapKind.WORKLOAD ? 0 : ofWorkloads);
    }

    /**
     * Credits workloads first, then what of the account's excess is not among that; two caps of the account are one excess.
     *
     * @return the caps as they are then
     */
    private List<SpendCap> credit(
            DSLContext transaction,
            List<SpendCap> caps,
            Reading reading,
            Instant now,
            Cause cause,
            List<Event> events) {
        List<SpendCap> after = new ArrayList<>();
        long ofWorkloads = ofWorkloads(caps, reading, now);
        boolean given = false;
        for (SpendCap cap : caps) {
            boolean ofWorkload = cap.kind() == CapKind.WORKLOAD;
            long excess = toCredit(cap, reading, now, ofWorkloads);
            if (excess <= 0) {
                after.add(cap);
                continue;
            }
            SpendCap credited = cap.credited(excess, now);
            repository.judged(transaction, credited);
            after.add(credited);
            if (ofWorkload || !given) {
                post(transaction, credited, reading, excess, now, cause).ifPresent(events::add);
                given |= !ofWorkload;
            }
        }
        return after;
    }

    private Optional<Event> post(
            DSLContext transaction, SpendCap cap, Reading reading, long excess, Instant now, Cause cause) {
        CapRules.State state = Objects.requireNonNull(cap.state());
        Accrual in = reading.judgedIn(state).orElseThrow();
        String currency = in.customer().currency();
        Period period = in.period();
        boolean posted = ledger.post(
                transaction,
                new Posting(
                        "cap:%s:%s:%s:%d:%d:%d"
                                .formatted(
                                        cap.account(),
                                        cap.kind().text(),
                                        cap.holder(),
                                        period.start().toEpochMilli(),
                                        Objects.requireNonNull(cap.reachedAt()).toEpochMilli(),
                                        cap.creditedMinor()),
                        "cap_overshoot_credited",
                        cap.account(),
                        null,
                        null,
                        currency,
                        Map.of(LedgerAccount.REVENUE, excess, LedgerAccount.CREDIT, -excess),
                        now,
                        cause));
        long amount = Objects.requireNonNullElse(state.judgedMinor(), 0L);
        return posted
                ? Optional.of(new SpendCapCredited(
                        cap.account(),
                        cap.kind(),
                        cap.workload(),
                        amount,
                        currency,
                        in.equals(reading.accrual()) ? reading.used(cap) : Reading.used(cap, in),
                        Math.max(0, cap.allowedMinor() - amount),
                        excess,
                        period.start(),
                        period.end(),
                        now))
                : Optional.empty();
    }

    private static SpendCapNotice notice(SpendCap cap, Reading reading, long amount, int percent, Instant now) {
        Period period = reading.accrual().period();
        return new SpendCapNotice(
                cap.account(),
                cap.kind(),
                cap.workload(),
                percent,
                amount,
                reading.accrual().customer().currency(),
                cap.action(),
                reading.used(cap),
                period.start(),
                period.end(),
                now);
    }

    private static SpendCapChanged changed(
            SpendCap cap, Reading reading, @Nullable Long amount, String reason, Instant now) {
        Period period = reading.accrual().period();
        return new SpendCapChanged(
                cap.account(),
                cap.kind(),
                cap.workload(),
                amount,
                reading.accrual().customer().currency(),
                cap.action(),
                reading.used(cap),
                cap.reached(),
                reason,
                period.start(),
                period.end(),
                now);
    }
}
