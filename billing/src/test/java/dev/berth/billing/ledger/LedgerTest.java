package dev.berth.billing.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class LedgerTest {
    private static Billing billing;

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-10T00:00:00Z");
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void aTransactionIsPostedOnce() {
        Posting posting = posting("once", Map.of(LedgerAccount.RECEIVABLE, 5L, LedgerAccount.REVENUE, -5L));
        assertThat(post(posting)).isTrue();
        assertThat(post(posting)).isFalse();
        assertThat(billing.ledger.balancesOf(billing.dsl, posting.invoice()))
                .containsEntry(LedgerAccount.RECEIVABLE, 5L);
    }

    @Test
    void whatIsOutOfBalanceIsRefusedHereAndByTheDatabase() {
        assertThatThrownBy(() -> posting("bad", Map.of(LedgerAccount.CASH, 5L)))
                .isInstanceOf(IllegalArgumentException.class);
        String transaction =
                "insert into ledger_transaction (idempotency_key, kind, account_id, currency, occurred_at, operation, actor)"
                        + " values ('%s', 'x', gen_random_uuid(), 'EUR', now(), 'op', 'me') returning transaction_id";
        assertThatThrownBy(
                        () -> billing.dsl.execute(
                                "with t as (%s) insert into ledger_entry".formatted(transaction.formatted("one-sided"))
                                        + " (transaction_id, ledger_account, amount_minor) select transaction_id, 'cash', 5 from t"))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("out of balance");
        assertThatThrownBy(() -> billing.dsl.fetch(transaction.formatted("empty")))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("out of balance");
    }

    @Test
    void nothingInTheBooksCanBeChangedOrTakenOut() {
        post(posting("kept", Map.of(LedgerAccount.RECEIVABLE, 7L, LedgerAccount.REVENUE, -7L)));
        for (String change : List.of(
                "update ledger_entry set amount_minor = 1",
                "delete from ledger_entry",
                "truncate ledger_entry",
                "update ledger_transaction set kind = 'x'",
                "update ledger_transaction set recorded_at = now()",
                "delete from ledger_transaction")) {
            assertThatThrownBy(() -> billing.dsl.execute(change)).as(change).isInstanceOf(DataAccessException.class);
        }
    }

    @Test
    void theDatabaseAllowsExactlyTheStepsOfTheTable() {
        List<String> allowed = new ArrayList<>();
        for (InvoiceStatus from : InvoiceStatus.values()) {
            for (InvoiceStatus to : InvoiceStatus.values()) {
                if (from != to && step(from, to)) {
                    allowed.add("%s %s".formatted(from, to));
                }
            }
        }
        assertThat(allowed)
                .containsExactlyInAnyOrderElementsOf(InvoiceStatus.STEPS.stream()
                        .filter(step -> step.from() != InvoiceStatus.GATHERING)
                        .map(step -> "%s %s".formatted(step.from(), step.to()))
                        .toList());
    }

    /** Tries a step on a row of its own, in a transaction that is undone. */
    private static boolean step(InvoiceStatus from, InvoiceStatus to) {
        AccountId account = billing.open("standard", "EUR", "UTC");
        boolean[] allowed = {false};
        try {
            billing.dsl.transaction(configuration -> {
                configuration
                        .dsl()
                        .execute(
                                "insert into invoice (invoice_id, account_id, kind, period_start, period_end, status, number, currency, tax_group,"
                                        + " tax_rate, price_book, price_book_version, price_book_terms, bill_to, seller, time_zone, net_days,"
                                        + " usage_partition, ingestion_cutoff, finalized_at, due_at, operation, actor, caused_at) values"
                                        + " (?, ?, 'usage', now(), now(), ?, 'X', 'EUR', 'none', 0, 'standard', 1, '{}', '{}', '{}', 'UTC', 14,"
                                        + " 0, 0, now(), now(), 'op', 'me', now())",
                                InvoiceId.next().uuid(),
                                account.uuid(),
                                from.text());
                configuration
                        .dsl()
                        .execute("update invoice set status = ? where account_id = ?", to.text(), account.uuid());
                allowed[0] = true;
                throw new IllegalStateException("undo");
            });
        } catch (IllegalStateException | DataAccessException e) {
            return allowed[0];
        }
        return allowed[0];
    }

    private static boolean post(Posting posting) {
        return billing.dsl.transactionResult(configuration -> billing.ledger.post(configuration.dsl(), posting));
    }

    private static Posting posting(String key, Map<LedgerAccount, Long> entries) {
        return new Posting(
                key,
                "test",
                AccountId.next(),
                InvoiceId.next(),
                null,
                "EUR",
                entries,
                Instant.parse("2026-03-10T00:00:00Z"),
                Billing.CAUSE);
    }
}
