package dev.berth.billing.ledger;

import java.util.Locale;

/** The accounts of the books. A debit is positive, a credit negative. */
public enum LedgerAccount {
    /** What customers owe. */
    RECEIVABLE,
    /** What was earned, net. */
    REVENUE,
    /** What is owed to the tax office. */
    TAX,
    /** What Berth owes customers. */
    CREDIT,
    /** What came in. */
    CASH,
    /** What will not come in. */
    WRITE_OFF,
    /** What was given away. */
    PROMOTION;

    /** Its name in the database and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static LedgerAccount of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
