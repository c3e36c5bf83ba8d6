package dev.berth.billing.ledger;

import static dev.berth.schema.db.billing.Tables.LEDGER_ENTRY;
import static dev.berth.schema.db.billing.Tables.LEDGER_TRANSACTION;

import dev.berth.billing.time.AccountTime;
import dev.berth.schema.db.billing.tables.records.LedgerEntryRecord;
import dev.berth.schema.db.billing.tables.records.LedgerTransactionRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Component;

/** The books in the database. Thread-safe. */
@Component
public final class Ledger {
    /** One account in one currency: debits and credits are both positive, the balance is their difference. */
    public record Balance(
            String ledgerAccount, String currency, BigDecimal debit, BigDecimal credit, BigDecimal balance) {}

    /**
     * Posts a transaction, once: a key that was posted before changes nothing. One that has no entries is not posted.
     *
     * @return whether it was posted now
     */
    public boolean post(DSLContext transaction, Posting posting) {
        return post(transaction, List.of(posting)) > 0;
    }

    /** As {@link #post(DSLContext, Posting)}, several with different keys; answers how many it posted. */
    public int post(DSLContext transaction, List<Posting> postings) {
        List<LedgerTransactionRecord> transactions = new ArrayList<>(postings.size());
        for (Posting posting : postings) {
            if (!posting.entries().isEmpty()) {
                transactions.add(row(posting));
            }
        }
        if (transactions.isEmpty()) {
            return 0;
        }
        Map<String, Long> ids = transaction
                .insertInto(LEDGER_TRANSACTION)
                .set(transactions)
                .onConflict(LEDGER_TRANSACTION.IDEMPOTENCY_KEY)
                .doNothing()
                .returningResult(LEDGER_TRANSACTION.IDEMPOTENCY_KEY, LEDGER_TRANSACTION.TRANSACTION_ID)
                .fetchMap(LEDGER_TRANSACTION.IDEMPOTENCY_KEY, LEDGER_TRANSACTION.TRANSACTION_ID);
        List<LedgerEntryRecord> entries = new ArrayList<>();
        for (Posting posting : postings) {
            Long id = ids.get(posting.key());
            if (id != null) {
                posting.entries().forEach((ledgerAccount, amount) -> {
                    LedgerEntryRecord row = new LedgerEntryRecord();
                    row.setTransactionId(id);
                    row.setLedgerAccount(ledgerAccount.text());
                    row.setAmountMinor(amount);
                    entries.add(row);
                });
            }
        }
        if (!entries.isEmpty()) {
            transaction.insertInto(LEDGER_ENTRY).set(entries).execute();
        }
        return ids.size();
    }

    private static LedgerTransactionRecord row(Posting posting) {
        LedgerTransactionRecord row = new LedgerTransactionRecord();
        row.setIdempotencyKey(posting.key());
        row.setKind(posting.kind());
        row.setAccountId(posting.account());
        row.setInvoiceId(posting.invoice());
        row.setPaymentId(posting.payment());
        row.setCurrency(posting.currency());
        row.setOccurredAt(posting.occurredAt());
        row.setOperation(posting.cause().operation());
        row.setActor(posting.cause().actor());
        return row;
    }

    /** What all transactions of an invoice left on each account. */
    public Map<LedgerAccount, Long> balancesOf(DSLContext dsl, InvoiceId invoice) {
        Map<LedgerAccount, Long> balances = new EnumMap<>(LedgerAccount.class);
        var sum = DSL.sum(LEDGER_ENTRY.AMOUNT_MINOR);
        dsl.select(LEDGER_ENTRY.LEDGER_ACCOUNT, sum)
                .from(LEDGER_ENTRY)
                .join(LEDGER_TRANSACTION)
                .using(LEDGER_TRANSACTION.TRANSACTION_ID)
                .where(LEDGER_TRANSACTION.INVOICE_ID.eq(invoice))
                .groupBy(LEDGER_ENTRY.LEDGER_ACCOUNT)
                .forEach(row -> balances.put(
                        LedgerAccount.of(row.value1()), row.value2().longValueExact()));
        return balances;
    }

    /**
     * What Berth owes a customer in a currency, in minor units: what invoices carried forward and what was paid on one that was
     * taken back, less what invoices have used of it.
     */
    public long creditOf(DSLContext dsl, AccountId account, String currency) {
        return creditsOf(dsl, Map.of(account, currency)).getOrDefault(account, 0L);
    }

    /** As {@link #creditOf}, of several customers in the currency of each; one that was never given any is left out. */
    public Map<AccountId, Long> creditsOf(DSLContext dsl, Map<AccountId, String> currencies) {
        Map<AccountId, Long> credits = new HashMap<>();
        dsl.select(LEDGER_TRANSACTION.ACCOUNT_ID, LEDGER_TRANSACTION.CURRENCY, DSL.sum(LEDGER_ENTRY.AMOUNT_MINOR))
                .from(LEDGER_ENTRY)
                .join(LEDGER_TRANSACTION)
                .using(LEDGER_TRANSACTION.TRANSACTION_ID)
                .where(
                        LEDGER_TRANSACTION.ACCOUNT_ID.in(currencies.keySet()),
                        LEDGER_ENTRY.LEDGER_ACCOUNT.eq(LedgerAccount.CREDIT.text()))
                .groupBy(LEDGER_TRANSACTION.ACCOUNT_ID, LEDGER_TRANSACTION.CURRENCY)
                .forEach(row -> {
                    if (row.value2().equals(currencies.get(row.value1()))) {
                        credits.put(row.value1(), row.value3().negate().longValueExact());
                    }
                });
        return credits;
    }

    /** Every account in every currency; the balances of each currency sum to zero. */
    public List<Balance> trialBalance(DSLContext dsl) {
        BigDecimal zero = BigDecimal.ZERO;
        var debit =
                DSL.coalesce(DSL.sum(LEDGER_ENTRY.AMOUNT_MINOR).filterWhere(LEDGER_ENTRY.AMOUNT_MINOR.gt(0L)), zero);
        var credit = DSL.coalesce(
                DSL.sum(LEDGER_ENTRY.AMOUNT_MINOR.neg()).filterWhere(LEDGER_ENTRY.AMOUNT_MINOR.lt(0L)), zero);
        return dsl.select(LEDGER_ENTRY.LEDGER_ACCOUNT, LEDGER_TRANSACTION.CURRENCY, debit, credit)
                .from(LEDGER_ENTRY)
                .join(LEDGER_TRANSACTION)
                .using(LEDGER_TRANSACTION.TRANSACTION_ID)
                .where(AccountTime.reach(
                        LEDGER_TRANSACTION.ACCOUNT_ID)) // what is played on a test clock is nobody's money
                .groupBy(LEDGER_ENTRY.LEDGER_ACCOUNT, LEDGER_TRANSACTION.CURRENCY)
                .orderBy(LEDGER_TRANSACTION.CURRENCY, LEDGER_ENTRY.LEDGER_ACCOUNT)
                .fetch(row -> new Balance(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        row.value4(),
                        row.value3().subtract(row.value4())));
    }
}
