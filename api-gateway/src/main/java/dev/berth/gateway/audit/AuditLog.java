package dev.berth.gateway.audit;

import dev.berth.gateway.edge.AuditTrail;
import dev.berth.gateway.edge.Audited;
import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.schema.id.AccountId;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The audit log. An entry is written in the transaction of what it tells of, as the last thing in it: the lock of the account's chain
 * is held from then to the commit, so that entries of one account come one after the other and those of two do not meet. Thread-safe.
 */
@Service
public class AuditLog implements AuditTrail {
    /** The most entries that one call verifies. */
    static final int SLICE = 10_000;

    /**
     * What a look at a slice of a chain found.
     *
     * @param valid whether each hash is that of its entry, none is missing, and the last is the end of the chain
     * @param from the first that was looked at
     * @param to the last that was looked at, one less than {@code from} if there was none
     * @param end the number of the last entry of the chain, 0 if it has none
     * @param brokenAt the first that is not as it was, null for none
     * @param nextFrom where to go on, null at the end
     */
    public record Verdict(
            boolean valid,
            long from,
            long to,
            long end,

            @com.fasterxml.jackson.annotation.JsonInclude @Nullable
            Long brokenAt,

            @com.fasterxml.jackson.annotation.JsonInclude @Nullable
            Long nextFrom) {}

    private final DSLContext dsl;
    private final AuditRepository repository;
    private final TransactionTemplate transaction;
    private final TransactionTemplate reading;
    private final InstantSource clock;

    AuditLog(DSLContext dsl, AuditRepository repository, PlatformTransactionManager transactions, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.transaction = new TransactionTemplate(transactions);
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
        this.reading.setIsolationLevel(TransactionTemplate.ISOLATION_REPEATABLE_READ);
        this.clock = clock;
    }

    @Override
    public void append(Audited what) {
        AccountId chain = what.account() == null ? AuditEntry.OPERATOR : what.account();
        transaction.executeWithoutResult(_ -> {
            AuditRepository.End before = repository.advance(dsl, chain);
            repository.insert(dsl, AuditEntry.next(chain, before.seq(), before.hash(), clock.instant(), what));
        });
    }

    /** The newest first; of the operator's own chain for null. */
    public Page<AuditEntry> list(@Nullable AccountId account, AuditQuery query, Paging paging) {
        Cursor cursor = paging.after();
        Long before = cursor == null
                ? null
                : GivenId.read(cursor.position(), Long::valueOf).orElseThrow(Cursor::foreign);
        return Page.of(
                repository.list(dsl, chain(account), query, before, paging.limit() + 1),
                paging.limit(),
                entry -> Long.toString(entry.seq()));
    }

    /** Computes a slice of a chain anew, as it stands at one moment. */
    public Verdict verify(@Nullable AccountId account, long from) {
        return Objects.requireNonNull(reading.execute(_ -> slice(chain(account), Math.max(1, from))));
    }

    private Verdict slice(AccountId chain, long from) {
        AuditRepository.End end = repository.end(dsl, chain).orElse(new AuditRepository.End(0, AuditEntry.NONE));
        long first = Math.max(1, from - 1); // whose hash the first of the slice must carry
        List<AuditEntry> entries = repository.from(dsl, chain, first, SLICE + 1);
        String previous = first == 1 ? AuditEntry.NONE : null;
        long expected = first;
        for (AuditEntry entry : entries) {
            boolean follows = previous == null || entry.previousHash().equals(previous);
            if (entry.seq() != expected || !entry.holds() || !follows) {
                return new Verdict(false, from, expected, end.seq(), expected, null);
            }
            previous = entry.hash();
            expected++;
        }
        long last = Math.max(expected - 1, from - 1);
        if (entries.size() > SLICE && last < end.seq()) {
            return new Verdict(true, from, last, end.seq(), null, expected);
        }
        boolean whole = last >= end.seq() && (entries.isEmpty() || end.hash().equals(previous));
        return new Verdict(whole, from, last, end.seq(), whole ? null : expected, null);
    }

    private static AccountId chain(@Nullable AccountId account) {
        return account == null ? AuditEntry.OPERATOR : account;
    }
}
