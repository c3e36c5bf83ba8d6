package dev.berth.billing.credit;

import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A grant of credit. Amounts in minor units.
 *
 * @param leftMinor what is not used, expired or void of it
 * @param priority 0 to 100; the lowest is used first
 * @param expiresAt null for never
 */
public record CreditGrant(
        CreditGrantId id,
        AccountId account,
        Kind kind,
        String currency,
        long amountMinor,
        long leftMinor,
        int priority,
        String note,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant expiredAt,
        @Nullable Instant voidedAt) {
    /** In which order grants are used: priority, then the one that ends first, then the oldest. */
    public static final Comparator<CreditGrant> ORDER = Comparator.comparingInt(CreditGrant::priority)
            .thenComparing(CreditGrant::expiresAt, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(CreditGrant::createdAt)
            .thenComparing(grant -> grant.id().uuid());

    /** Where it comes from. */
    public enum Kind {
        /** The customer has paid for it. */
        PREPAID,
        /** The operator gives it away. */
        PROMOTIONAL,
        /** Taken back from an invoice that was paid; who takes back posts it. */
        REFUND;

        /** Its name in the database and in JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        /** What it is booked against when it is made or void; null where who makes it has booked it. */
        @Nullable
        LedgerAccount source() {
            return switch (this) {
                case PREPAID -> LedgerAccount.CASH;
                case PROMOTIONAL -> LedgerAccount.PROMOTION;
                case REFUND -> null;
            };
        }

        /** What becomes of what is left at its end: what was given away was not, and what was paid is earned. */
        LedgerAccount end() {
            return this == PROMOTIONAL ? LedgerAccount.PROMOTION : LedgerAccount.REVENUE;
        }
    }

    /** Whether it can be used at a time. */
    public boolean usable(Instant at) {
        return leftMinor > 0 && voidedAt == null && (expiresAt == null || at.isBefore(expiresAt));
    }

    /** How it is, in a word. */
    public String state(Instant at) {
        if (voidedAt != null) {
            return "void";
        }
        if (leftMinor == 0) {
            return expiredAt == null ? "used" : "expired";
        }
        return usable(at) ? "active" : "expired";
    }
}
