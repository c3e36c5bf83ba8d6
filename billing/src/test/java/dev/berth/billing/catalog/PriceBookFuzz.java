package dev.berth.billing.catalog;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import dev.berth.schema.wire.Json;
import java.util.List;

/**
 * Price books as an operator writes them. The first character chooses what is read: the text itself, or a book of ours with a piece of it
 * exchanged for the text. A book that is taken is written and read again as the same, and none of its prices is below nothing.
 */
final class PriceBookFuzz implements FuzzTarget {
    private static final List<String> OURS = FuzzTarget.files("src/main/resources/price_books", ".yaml");

    @Override
    public int executions() {
        return 5_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.textOrPieceOf(input, OURS);
        try {
            PriceBook book = PriceBookFormat.readYaml(text, 1);
            byte[] written = Json.mapper().writeValueAsBytes(PriceBookFormat.write(book));
            PriceBook again = PriceBookFormat.read(Json.mapper().readValue(written, Object.class), 1);
            must(
                    PriceBookFormat.write(again).equals(PriceBookFormat.write(book)),
                    "%s is read again as %s",
                    book,
                    again);
            must(
                    book.components().size() <= PriceBook.MAX_COMPONENTS,
                    "%d components",
                    book.components().size());
            must(book.minimumPerMonth() == null || book.minimumPerMonth().signum() >= 0, "%s", book);
            book.fixed().forEach(fee -> must(fee.perMonth().signum() >= 0, "%s", fee));
            book.components().forEach(part -> must(part.freePerMonth().signum() >= 0, "%s", part));
        } catch (InvalidPriceBook e) {
            must(e.getMessage() != null && e.getMessage().startsWith("price_book"), "refused as %s", e);
            must(
                    e.getMessage().length() < 2000,
                    "it says %d characters",
                    e.getMessage().length());
        }
    }
}
