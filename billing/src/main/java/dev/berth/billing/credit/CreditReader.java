package dev.berth.billing.credit;

import static dev.berth.schema.db.billing.Tables.CREDIT_GRANT;
import static dev.berth.schema.db.billing.Tables.CREDIT_USE;
import static dev.berth.schema.db.billing.Tables.INVOICE;

import dev.berth.billing.edge.Page;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads credit as the API shows it. Thread-safe. */
@Component
public final class CreditReader {
    private final DSLContext dsl;
    private final Credits credits;
    private final InstantSource clock;

    public CreditReader(DSLContext dsl, Credits credits, InstantSource clock) {
        this.dsl = dsl;
        this.credits = credits;
        this.clock = clock;
    }

    /** A grant, with the invoices that it was used for, the newest first. */
    public record Grant(
            CreditGrantId id,
            AccountId account,
            String kind,
            String state,
            Money amount,
            Money left,
            int priority,
            String note,
            Instant createdAt,
            @Nullable Instant expiresAt,
            List<Use> uses) {}

    /** What an invoice used; {@code returnedAt} when it was taken back, and the credit with it. */
    public record Use(
            InvoiceId invoice,
            @Nullable String number,
            Money amount,
            Instant usedAt,
            @Nullable Instant returnedAt) {}

    /**
     * A page of grants, the newest first, and what there is in all.
     *
     * @param balance what is left of grants, and what no grant has
     * @param unassigned the part of it that no grant has: carried by invoices, used by the next one before tax
     */
    public record View(
            Money balance,
            Money unassigned,
            List<Grant> data,
            @Nullable String nextCursor) {}

    /** The credit of an account in its currency. */
    public View of(AccountId account, String currency, @Nullable CreditGrantId before, int limit) {
        Credits.Balance balance = credits.balance(dsl, account, currency);
        List<CreditGrant> rows = dsl.selectFrom(CREDIT_GRANT)
                .where(
                        CREDIT_GRANT.ACCOUNT_ID.eq(account),
                        before == null ? DSL.noCondition() : CREDIT_GRANT.CREDIT_GRANT_ID.lt(before))
                .orderBy(CREDIT_GRANT.CREDIT_GRANT_ID.desc())
                .limit(limit + 1)
                .fetch(Credits::read);
        Page<CreditGrant> page = Page.of(rows, limit, grant -> grant.id().toString());
        return new View(
                new Money(Math.addExact(balance.grantedMinor(), balance.unassignedMinor()), currency),
                new Money(balance.unassignedMinor(), currency),
                show(page.data()),
                page.nextCursor());
    }

    /** One grant. */
    public Grant show(CreditGrant grant) {
        return show(List.of(grant)).getFirst();
    }

    private List<Grant> show(List<CreditGrant> grants) {
        Instant now = clock.instant();
        Map<CreditGrantId, List<Use>> uses = new HashMap<>();
        dsl.select(CREDIT_USE.asterisk(), INVOICE.NUMBER, INVOICE.CURRENCY)
                .from(CREDIT_USE)
                .join(INVOICE)
                .using(CREDIT_USE.INVOICE_ID)
                .where(CREDIT_USE.CREDIT_GRANT_ID.in(
                        grants.stream().map(CreditGrant::id).toList()))
                .orderBy(CREDIT_USE.USED_AT.desc(), CREDIT_USE.INVOICE_ID.desc())
                .forEach(row -> uses.computeIfAbsent(row.get(CREDIT_USE.CREDIT_GRANT_ID), _ -> new ArrayList<>())
                        .add(new Use(
                                row.get(CREDIT_USE.INVOICE_ID),
                                row.get(INVOICE.NUMBER),
                                new Money(row.get(CREDIT_USE.AMOUNT_MINOR), row.get(INVOICE.CURRENCY)),
                                row.get(CREDIT_USE.USED_AT),
                                row.get(CREDIT_USE.RETURNED_AT))));
        return grants.stream()
                .map(grant -> new Grant(
                        grant.id(),
                        grant.account(),
                        grant.kind().text(),
                        grant.state(now),
                        new Money(grant.amountMinor(), grant.currency()),
                        new Money(grant.leftMinor(), grant.currency()),
                        grant.priority(),
                        grant.note(),
                        grant.createdAt(),
                        grant.expiresAt(),
                        uses.getOrDefault(grant.id(), List.of())))
                .toList();
    }
}
