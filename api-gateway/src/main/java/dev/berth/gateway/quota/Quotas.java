package dev.berth.gateway.quota;

import dev.berth.gateway.account.Limits;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.springframework.stereotype.Service;

/** What accounts may have and hold. Thread-safe. */
@Service
public class Quotas {
    /** What a claim would do: see {@link #weigh}. {@code missing} names only what is missing. */
    public record Weighed(boolean allowed, Map<String, Long> after, Map<String, Long> missing) {}

    private final DSLContext dsl;
    private final QuotaRepository repository;

    Quotas(DSLContext dsl, QuotaRepository repository) {
        this.dsl = dsl;
        this.repository = repository;
    }

    /** Limits, what is held, and what is left. */
    public QuotaView view(AccountId account) {
        return QuotaView.of(limits(account), repository.held(dsl, account));
    }

    /** Locks the account's quota until the transaction ends; whoever claims comes one after the other. */
    public void lock(DSLContext inTransaction, AccountId account) {
        if (repository.lock(inTransaction, account).isEmpty()) {
            throw Refusal.notFound("account", account.toString());
        }
    }

    /**
     * Lets a holder hold an amount instead of what it holds now; {@link Amount#NONE} releases. Call {@link #lock} before.
     *
     * @param what the holder in words, for the refusal
     * @throws Refusal 403 {@code quota_exceeded} if it does not fit, with limit, used, asked and missing
     */
    public void claim(DSLContext inTransaction, AccountId account, UUID holder, Amount asked, String what) {
        QuotaRepository.Shares shares = shares(inTransaction, account, holder);
        QuotaRules.Verdict verdict = QuotaRules.decide(shares.limits(), shares.others(), shares.mine(), asked);
        if (!verdict.allowed()) {
            throw refuse(what, shares.limits(), verdict, asked);
        }
        repository.hold(inTransaction, account, holder, asked);
    }

    /**
     * How many of something a holder may have under the lock of {@link #lock}: as many as are asked for, or fewer that fit, and never
     * fewer than it has.
     *
     * @param one what each takes
     * @param now how many it has
     * @param asked how many it wants
     */
    public int most(DSLContext inTransaction, AccountId account, UUID holder, Amount one, int now, int asked) {
        QuotaRepository.Shares shares = shares(inTransaction, account, holder);
        return QuotaRules.most(shares.limits(), shares.others(), shares.mine(), one, now, asked);
    }

    /** Frees what a holder holds, without a lock: less is never refused. */
    public void release(DSLContext inTransaction, AccountId account, UUID holder) {
        repository.hold(inTransaction, account, holder, Amount.NONE);
    }

    /** What a claim by a new holder would do; changes nothing. */
    public Weighed weigh(AccountId account, Amount asked) {
        Amount held = repository.held(dsl, account);
        QuotaRules.Verdict verdict = QuotaRules.decide(limits(account), held, Amount.NONE, asked);
        return new Weighed(verdict.allowed(), verdict.after().members(), verdict.missing());
    }

    private QuotaRepository.Shares shares(DSLContext inTransaction, AccountId account, UUID holder) {
        return repository
                .shares(inTransaction, account, holder)
                .orElseThrow(() -> Refusal.notFound("account", account.toString()));
    }

    private Limits limits(AccountId account) {
        return repository.limits(dsl, account).orElseThrow(() -> Refusal.notFound("account", account.toString()));
    }

    private static Refusal refuse(String what, Limits limits, QuotaRules.Verdict verdict, Amount asked) {
        Map<String, Long> allowed = new Amount(
                        limits.containers(),
                        limits.cpuMillis(),
                        limits.memoryMib(),
                        limits.volumes(),
                        limits.volumeGib())
                .members();
        String lacking = verdict.missing().entrySet().stream()
                .map(e -> "%d more %s".formatted(e.getValue(), e.getKey()))
                .collect(Collectors.joining(", "));
        return Refusal.of(ErrorCode.QUOTA_EXCEEDED, "%s needs %s than the quota has.".formatted(what, lacking))
                .fact("limit", allowed)
                .fact("used", verdict.before().members())
                .fact("asked", asked.members())
                .fact("missing", verdict.missing())
                .hint("Stop or shrink something that holds %s, or ask the operator for a larger plan."
                        .formatted(String.join(", ", verdict.missing().keySet())));
    }
}
