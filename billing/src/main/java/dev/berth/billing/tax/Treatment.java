package dev.berth.billing.tax;

import java.util.Locale;

/**
 * How an invoice is taxed.
 *
 * @param kind what is done
 * @param country whose rates are used, empty for none
 * @param note what the invoice must say of it, empty for nothing
 */
public record Treatment(Kind kind, String country, String note) {
    /** What is done. */
    public enum Kind {
        /** At the rates of a country. */
        TAXED,
        /** The customer owes the tax, in another country of the European Union. */
        REVERSE_CHARGE,
        /** The operator has seen a proof that none is due. */
        EXEMPT,
        /** No rates are known for where the customer is. */
        OUTSIDE;

        /** Its name in the database and in JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Nothing is charged, and nothing is to be said of it. */
    static final Treatment OUTSIDE = new Treatment(Kind.OUTSIDE, "", "");
}
