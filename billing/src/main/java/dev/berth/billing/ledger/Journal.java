package dev.berth.billing.ledger;

import static dev.berth.schema.db.billing.Tables.LEDGER_ENTRY;
import static dev.berth.schema.db.billing.Tables.LEDGER_TRANSACTION;

import dev.berth.billing.time.AccountTime;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The books in the order in which they were written. Thread-safe. */
@Component
public final class Journal {
    private final DSLContext dsl;

    public Journal(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** One side of a transaction: a debit or a credit above zero, the other is zero. */
    public record Side(String ledgerAccount, long debitMinor, long creditMinor) {}

    /** A transaction; its sides sum to zero. */
    public record Booking(
            long transaction,
            String key,
            String kind,
            AccountId account,
            @Nullable InvoiceId invoice,
            @Nullable PaymentId payment,
            String currency,
            Instant occurredAt,
            Instant recordedAt,
            String operation,
            String actor,
            List<Side> entries) {}

    /**
     * What is asked for.
     *
     * @param from when it occurred, inclusive; null for any
     * @param to exclusive; null for any
     * @param account only its transactions; null for all but those of accounts on test clocks
     */
    public record Which(
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable AccountId account) {
        private Condition condition() {
            Condition condition = from == null ? DSL.noCondition() : LEDGER_TRANSACTION.OCCURRED_AT.ge(from);
            condition = to == null ? condition : condition.and(LEDGER_TRANSACTION.OCCURRED_AT.lt(to));
            return condition.and(
                    account == null
                            ? AccountTime.reach(LEDGER_TRANSACTION.ACCOUNT_ID)
                            : LEDGER_TRANSACTION.ACCOUNT_ID.eq(account));
        }
    }

    /** Some transactions after one, in their order. */
    public List<Booking> page(Which which, long after, int limit) {
        List<Record> rows = new ArrayList<>(dsl.select(LEDGER_TRANSACTION.asterisk())
                .from(LEDGER_TRANSACTION)
                .where(which.condition(), LEDGER_TRANSACTION.TRANSACTION_ID.gt(after))
                .orderBy(LEDGER_TRANSACTION.TRANSACTION_ID)
                .limit(limit)
                .fetch());
        Map<Long, List<Side>> sides = new LinkedHashMap<>();
        dsl.selectFrom(LEDGER_ENTRY)
                .where(LEDGER_ENTRY.TRANSACTION_ID.in(rows.stream()
                        .map(row -> row.get(LEDGER_TRANSACTION.TRANSACTION_ID))
                        .toList()))
                .orderBy(LEDGER_ENTRY.ENTRY_ID)
                .forEach(entry -> sides.computeIfAbsent(entry.getTransactionId(), _ -> new ArrayList<>())
                        .add(side(entry.getLedgerAccount(), entry.getAmountMinor())));
        return rows.stream()
                .map(row -> booking(row, sides.getOrDefault(row.get(LEDGER_TRANSACTION.TRANSACTION_ID), List.of())))
                .toList();
    }

    /** How many entries there are. */
    public int count(Which which) {
        return dsl.fetchCount(dsl.select(LEDGER_ENTRY.ENTRY_ID)
                .from(LEDGER_ENTRY)
                .join(LEDGER_TRANSACTION)
                .using(LEDGER_TRANSACTION.TRANSACTION_ID)
                .where(which.condition()));
    }

    /** Gives each entry of the transactions, one at a time; they are never all in memory. */
    public void forEach(Which which, int limit, Consumer<Booking> taker) {
        dsl.transaction(configuration -> {
            try (Stream<? extends Record> rows = configuration
                    .dsl()
                    .select(LEDGER_TRANSACTION.asterisk(), LEDGER_ENTRY.LEDGER_ACCOUNT, LEDGER_ENTRY.AMOUNT_MINOR)
                    .from(LEDGER_TRANSACTION)
                    .join(LEDGER_ENTRY)
                    .using(LEDGER_TRANSACTION.TRANSACTION_ID)
                    .where(which.condition())
                    .orderBy(LEDGER_TRANSACTION.TRANSACTION_ID, LEDGER_ENTRY.ENTRY_ID)
                    .limit(limit)
                    .fetchSize(500)
                    .fetchStream()) {
                rows.forEach(row -> taker.accept(booking(
                        row, List.of(side(row.get(LEDGER_ENTRY.LEDGER_ACCOUNT), row.get(LEDGER_ENTRY.AMOUNT_MINOR))))));
            }
        });
    }

    private static Side side(String ledgerAccount, long amountMinor) {
        return new Side(ledgerAccount, Math.max(0, amountMinor), Math.max(0, -amountMinor));
    }

    private static Booking booking(Record row, List<Side> sides) {
        return new Booking(
                row.get(LEDGER_TRANSACTION.TRANSACTION_ID),
                row.get(LEDGER_TRANSACTION.IDEMPOTENCY_KEY),
                row.get(LEDGER_TRANSACTION.KIND),
                row.get(LEDGER_TRANSACTION.ACCOUNT_ID),
                row.get(LEDGER_TRANSACTION.INVOICE_ID),
                row.get(LEDGER_TRANSACTION.PAYMENT_ID),
                row.get(LEDGER_TRANSACTION.CURRENCY),
                row.get(LEDGER_TRANSACTION.OCCURRED_AT),
                row.get(LEDGER_TRANSACTION.RECORDED_AT),
                row.get(LEDGER_TRANSACTION.OPERATION),
                row.get(LEDGER_TRANSACTION.ACTOR),
                sides);
    }
}
