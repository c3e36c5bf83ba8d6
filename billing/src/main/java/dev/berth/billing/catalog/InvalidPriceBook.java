package dev.berth.billing.catalog;

/** A price book that breaks the format or a rule; the message begins with the path of the field. */
public final class InvalidPriceBook extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    InvalidPriceBook(String path, String message) {
        super("%s: %s".formatted(path, message));
    }
}
