package dev.berth.gateway.audit;

import static dev.berth.schema.db.gateway.Tables.AUDIT_CHAIN;
import static dev.berth.schema.db.gateway.Tables.AUDIT_ENTRY;

import dev.berth.schema.db.gateway.tables.records.AuditEntryRecord;
import dev.berth.schema.id.AccountId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Entries and the ends of their chains. */
@Repository
class AuditRepository {
    /** The last entry of a chain: its number and its hash. */
    record End(long seq, String hash) {}

    private static final HexFormat HEX = HexFormat.of();

    /**
     * Takes the next number of a chain, which nobody else can take until the transaction ends.
     *
     * @return the number and the hash of the entry before
     */
    End advance(DSLContext dsl, AccountId chain) {
        return dsl.insertInto(AUDIT_CHAIN)
                .set(AUDIT_CHAIN.ACCOUNT_ID, chain)
                .set(AUDIT_CHAIN.SEQ, 1L)
                .set(AUDIT_CHAIN.HASH, HEX.parseHex(AuditEntry.NONE))
                .onConflict(AUDIT_CHAIN.ACCOUNT_ID)
                .doUpdate()
                .set(AUDIT_CHAIN.SEQ, AUDIT_CHAIN.SEQ.plus(1))
                .returning(AUDIT_CHAIN.SEQ, AUDIT_CHAIN.HASH)
                .fetchSingle(row -> new End(row.getSeq(), HEX.formatHex(row.getHash())));
    }

    /** Writes an entry and that its chain ends with it. */
    void insert(DSLContext dsl, AuditEntry entry) {
        AuditEntryRecord row = new AuditEntryRecord();
        row.setAccountId(entry.account());
        row.setSeq(entry.seq());
        row.setRecordedAt(entry.at());
        row.setActor(entry.actor());
        row.setUserId(entry.user());
        row.setApiKeyId(entry.key());
        row.setAddress(entry.address());
        row.setUserAgent(entry.userAgent());
        row.setAction(entry.action());
        row.setSubject(entry.subject());
        row.setResult(entry.result());
        row.setStatus(entry.status());
        row.setCode(entry.code());
        row.setOperation(entry.operation());
        row.setPreviousHash(HEX.parseHex(entry.previousHash()));
        row.setHash(HEX.parseHex(entry.hash()));
        dsl.batch(
                        dsl.insertInto(AUDIT_ENTRY).set(row),
                        dsl.update(AUDIT_CHAIN)
                                .set(AUDIT_CHAIN.HASH, row.getHash())
                                .where(AUDIT_CHAIN.ACCOUNT_ID.eq(entry.account())))
                .execute();
    }

    /** Newest first. */
    List<AuditEntry> list(DSLContext dsl, AccountId chain, AuditQuery query, @Nullable Long before, int limit) {
        List<Condition> which = new ArrayList<>();
        which.add(AUDIT_ENTRY.ACCOUNT_ID.eq(chain));
        if (before != null) {
            which.add(AUDIT_ENTRY.SEQ.lt(before));
        }
        if (query.actor() != null) {
            which.add(AUDIT_ENTRY.ACTOR.eq(query.actor()));
        }
        if (query.action() != null) {
            which.add(AUDIT_ENTRY.ACTION.startsWith(query.action()));
        }
        if (query.from() != null) {
            which.add(AUDIT_ENTRY.RECORDED_AT.ge(query.from()));
        }
        if (query.to() != null) {
            which.add(AUDIT_ENTRY.RECORDED_AT.lt(query.to()));
        }
        return dsl.selectFrom(AUDIT_ENTRY)
                .where(which)
                .orderBy(AUDIT_ENTRY.SEQ.desc())
                .limit(limit)
                .fetch(AuditRepository::entry);
    }

    /** Oldest first. */
    List<AuditEntry> from(DSLContext dsl, AccountId chain, long seq, int limit) {
        return dsl.selectFrom(AUDIT_ENTRY)
                .where(AUDIT_ENTRY.ACCOUNT_ID.eq(chain), AUDIT_ENTRY.SEQ.ge(seq))
                .orderBy(AUDIT_ENTRY.SEQ)
                .limit(limit)
                .fetch(AuditRepository::entry);
    }

    Optional<End> end(DSLContext dsl, AccountId chain) {
        return dsl.fetchOptional(AUDIT_CHAIN, AUDIT_CHAIN.ACCOUNT_ID.eq(chain))
                .map(row -> new End(row.getSeq(), HEX.formatHex(row.getHash())));
    }

    private static AuditEntry entry(AuditEntryRecord row) {
        return new AuditEntry(
                row.getAccountId(),
                row.getSeq(),
                row.getRecordedAt(),
                row.getActor(),
                row.getUserId(),
                row.getApiKeyId(),
                row.getAddress(),
                row.getUserAgent(),
                row.getAction(),
                row.getSubject(),
                row.getResult(),
                row.getStatus(),
                row.getCode(),
                row.getOperation(),
                HEX.formatHex(row.getPreviousHash()),
                HEX.formatHex(row.getHash()));
    }
}
