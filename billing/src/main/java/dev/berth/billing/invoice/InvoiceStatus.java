package dev.berth.billing.invoice;

import java.util.List;
import java.util.Locale;

/** How far an invoice is. The database refuses every step that is not listed here. */
public enum InvoiceStatus {
    /** Not stored: what the open period comes to so far. */
    GATHERING(0),
    /** Inside the transaction that makes it. */
    DRAFT(1),
    /** Numbered, owed, and never changed again. */
    FINAL(2),
    /** It is not believed that it will be paid; it still may. */
    UNCOLLECTIBLE(3),
    /** Nothing is owed any more. */
    PAID(4),
    /** Taken back as a whole; its use is not billed again. */
    VOID(4);

    /** A legal step: who takes it, and when. */
    public record Step(InvoiceStatus from, InvoiceStatus to, String by, String when) {}

    /** Every legal step. */
    public static final List<Step> STEPS = List.of(
            new Step(GATHERING, DRAFT, "invoice.Closing", "its period is complete"),
            new Step(DRAFT, FINAL, "invoice.Closing", "lines, tax and ledger agree, and it has its number"),
            new Step(FINAL, PAID, "payment.Payments", "the amount due has come in, or is zero"),
            new Step(FINAL, UNCOLLECTIBLE, "invoice.Settlement", "the operator writes it off"),
            new Step(FINAL, VOID, "invoice.Settlement", "the operator takes it back"),
            new Step(UNCOLLECTIBLE, PAID, "payment.Payments", "it was paid after all"),
            new Step(UNCOLLECTIBLE, VOID, "invoice.Settlement", "the operator takes it back"));

    private final int rank;

    InvoiceStatus(int rank) {
        this.rank = rank;
    }

    /** States only go to a greater rank. */
    public int rank() {
        return rank;
    }

    /** Its name in the database and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a name. */
    public static InvoiceStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** Whether a step is legal. */
    public boolean mayBecome(InvoiceStatus to) {
        return STEPS.stream().anyMatch(step -> step.from() == this && step.to() == to);
    }
}
