package dev.berth.billing.time;

import static dev.berth.schema.db.billing.Tables.CREDIT_GRANT;
import static dev.berth.schema.db.billing.Tables.CREDIT_NOTE;
import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.TEST_CLOCK;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Whose a request of the operator's is about, by the first id in its path: an account's own, or that of what it names. Pure but for its look-ups. */
public final class Whose {
    private Whose() {}

    /**
     * The account of a request; empty when no account is on a test clock, since nobody asks then.
     *
     * @param named what the query names as account; may be nonsense, which is not refused here
     */
    public static Optional<AccountId> request(DSLContext dsl, String path, @Nullable String named) {
        if (!dsl.fetchExists(TEST_CLOCK)) {
            return Optional.empty();
        }
        if (named != null) {
            return account(named);
        }
        for (String part : path.split("/", 32)) {
            Optional<AccountId> found = of(dsl, part);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<AccountId> of(DSLContext dsl, String part) {
        try {
            return switch (part.substring(0, Math.max(0, part.indexOf('_')))) {
                case "acct" -> account(part);
                case "inv" ->
                    dsl.select(INVOICE.ACCOUNT_ID)
                            .from(INVOICE)
                            .where(INVOICE.INVOICE_ID.eq(InvoiceId.parse(part)))
                            .fetchOptional(INVOICE.ACCOUNT_ID);
                case "cg" ->
                    dsl.select(CREDIT_GRANT.ACCOUNT_ID)
                            .from(CREDIT_GRANT)
                            .where(CREDIT_GRANT.CREDIT_GRANT_ID.eq(CreditGrantId.parse(part)))
                            .fetchOptional(CREDIT_GRANT.ACCOUNT_ID);
                case "cn" ->
                    dsl.select(CREDIT_NOTE.ACCOUNT_ID)
                            .from(CREDIT_NOTE)
                            .where(CREDIT_NOTE.CREDIT_NOTE_ID.eq(CreditNoteId.parse(part)))
                            .fetchOptional(CREDIT_NOTE.ACCOUNT_ID);
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // whoever reads it says what is wrong with it
        }
    }

    private static Optional<AccountId> account(String text) {
        try {
            return Optional.of(AccountId.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
