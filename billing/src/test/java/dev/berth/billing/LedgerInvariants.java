package dev.berth.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What holds of the books at any time, checked by SQL after every test of billing that has a database; registered for all of them in
 * {@code META-INF/services}.
 */
public final class LedgerInvariants implements AfterEachCallback {
    private static final Set<DSLContext> OPEN = ConcurrentHashMap.newKeySet();

    /** Each query finds what breaks a rule. */
    private static final Map<String, String> RULES = new LinkedHashMap<>();

    static {
        RULES.put("a transaction sums to zero", """
                select transaction_id, sum(amount_minor) from ledger_entry group by 1 having sum(amount_minor) <> 0""");
        RULES.put("what an account owes on the ledger is due on its open invoices", """
                with owed as (select account_id, currency, sum(amount_minor) as minor from ledger_entry
                              join ledger_transaction using (transaction_id) where ledger_account = 'receivable' group by 1, 2),
                     due as (select account_id, currency, sum(amount_due_minor) as minor from invoice where status = 'final' group by 1, 2)
                select account_id, currency, owed.minor as owed, due.minor as due from owed full join due using (account_id, currency)
                where coalesce(owed.minor, 0) <> coalesce(due.minor, 0) and account_id in (select account_id from customer)""");
        RULES.put("credit on the ledger is that of the grants, or of none; neither is below zero", """
                with held as (select account_id, currency, -sum(amount_minor) as minor from ledger_entry
                              join ledger_transaction using (transaction_id) where ledger_account = 'credit' group by 1, 2),
                     granted as (select account_id, currency, sum(left_minor) as minor from credit_grant group by 1, 2)
                select account_id, currency, held.minor as held, granted.minor as granted
                from held full join granted using (account_id, currency)
                where (coalesce(held.minor, 0) < coalesce(granted.minor, 0) or coalesce(held.minor, 0) < 0)
                  and account_id in (select account_id from customer)""");
        RULES.put("a grant that is not over is what is left and what was used", """
                select credit_grant_id from credit_grant
                left join (select credit_grant_id, sum(amount_minor) as used from credit_use where returned_at is null group by 1) as uses
                    using (credit_grant_id)
                where expired_at is null and voided_at is null and amount_minor <> left_minor + coalesce(used, 0)""");
        RULES.put("a coupon with a bound is what is left and what it took off", """
                select code, account_id from coupon_redemption join coupon using (code)
                left join (select code, account_id, sum(amount_minor) as taken from coupon_use where returned_at is null group by 1, 2)
                    as uses using (code, account_id)
                where coupon.amount_minor is not null and coupon.amount_minor <> left_minor + coalesce(taken, 0)""");
        RULES.put("lines add up to the invoice", """
                select invoice_id from invoice
                left join (select invoice_id, sum(amount_minor) as net, sum(tax_minor) as tax,
                                  -sum(amount_minor) filter (where kind = 'coupon') as discount
                           from invoice_line group by 1) as lines using (invoice_id)
                where coalesce(net, 0) <> subtotal_minor or coalesce(tax, 0) <> tax_minor
                   or coalesce(discount, 0) <> discount_minor""");
        RULES.put("the tax of the groups is that of the invoice, and their bases are its subtotal", """
                select invoice_id from invoice, lateral (
                    select coalesce(sum((one ->> 'tax_minor')::bigint), 0) as tax, coalesce(sum((one ->> 'base_minor')::bigint), 0) as base
                    from jsonb_array_elements(taxes) as one) as groups
                where groups.tax <> tax_minor or groups.base <> subtotal_minor""");
        RULES.put("what credit and coupons gave an invoice is on it", """
                select invoice_id from invoice
                where credits_minor <> (select coalesce(sum(amount_minor), 0) from credit_use where credit_use.invoice_id = invoice.invoice_id)
                   or discount_minor <> (select coalesce(sum(amount_minor), 0) from coupon_use where coupon_use.invoice_id = invoice.invoice_id)""");
        RULES.put("a payment gives back no more than it took", """
                select payment_id from payment
                join (select payment_id, sum(amount_minor) as minor from refund where state not in ('failed', 'canceled') group by 1)
                    as refunds using (payment_id)
                where state <> 'succeeded' or minor > amount_minor""");
        RULES.put("a refund is out of cash once, and back in it once it failed", """
                select refund_id from refund
                left join (select split_part(idempotency_key, ':', 2) as id, payment_id,
                                  sum(amount_minor) filter (where ledger_account = 'cash') as cash, count(*) as entries
                           from ledger_entry join ledger_transaction using (transaction_id)
                           where kind like 'refund!_%' escape '!' group by 1, 2) as booked
                    on booked.payment_id = refund.payment_id and id = split_part(refund.idempotency_key, ':', 3)
                where cash is distinct from case when state in ('failed', 'canceled') then 0 else -amount_minor end
                   or entries <> case when state in ('failed', 'canceled') then 4 else 2 end""");
        RULES.put("what failed to go back became credit of the same amount", """
                select refund_id from refund left join credit_grant using (credit_grant_id)
                where state in ('failed', 'canceled') and credit_grant.amount_minor is distinct from refund.amount_minor""");
        RULES.put("what a credit note pays back is on its refunds", """
                select credit_note_id from credit_note
                where refunded_minor > (select coalesce(sum(amount_minor), 0) from refund
                                        where refund.credit_note_id = credit_note.credit_note_id)""");
        RULES.put("credit notes take back no more than there was", """
                select invoice_id from invoice
                join (select invoice_id, sum(net_minor) as net, sum(tax_minor) as tax from credit_note group by 1) as notes using (invoice_id)
                where net > subtotal_minor or net + tax > total_minor""");
    }

    /** Watches a database until it is left out again. */
    static void watch(DSLContext dsl) {
        OPEN.add(dsl);
    }

    static void leaveOut(DSLContext dsl) {
        OPEN.remove(dsl);
    }

    /** Checks a database now. */
    public static void check(DSLContext dsl) {
        RULES.forEach((rule, breaks) -> assertThat(
                        dsl.fetch(breaks).formatCSV().lines().skip(1))
                .as(rule)
                .isEmpty());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        OPEN.forEach(LedgerInvariants::check);
    }
}
