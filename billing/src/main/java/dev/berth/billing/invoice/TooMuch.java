package dev.berth.billing.invoice;

/** An invoice beyond a safety bound: it is not made, the period says why, and the operator raises the bound or looks. */
final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooMuch(String message) {
        super(message);
    }
}
