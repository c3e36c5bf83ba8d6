package dev.berth.billing.catalog;

/** A price book that breaks the format or a rule; the message begins with the path of the field, and its line where it has one. */
public final class InvalidPriceBook extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final String rule;

    InvalidPriceBook(String path, String rule) {
        super("%s: %s".formatted(path, rule));
        this.path = path;
        this.rule = rule;
    }

    private InvalidPriceBook(InvalidPriceBook found, int line) {
        super("%s (line %d): %s".formatted(found.path, line, found.rule), found);
        this.path = found.path;
        this.rule = "line %d: %s".formatted(line, found.rule);
    }

    /** Where in the tree, such as {@code price_book.components[1].unit_price}. */
    public String path() {
        return path;
    }

    /** What is wrong there, and on which line of a text. */
    public String rule() {
        return rule;
    }

    /** The same, found on a line of a text; counts from 1. */
    InvalidPriceBook onLine(int line) {
        return new InvalidPriceBook(this, line);
    }
}
