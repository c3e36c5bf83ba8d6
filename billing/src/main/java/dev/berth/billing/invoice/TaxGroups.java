package dev.berth.billing.invoice;

import dev.berth.billing.catalog.Component;
import dev.berth.billing.catalog.FixedFee;
import dev.berth.billing.catalog.PriceBook;

/** Which group of rates taxes a line: that of the component or the fee, as the book that prices its month names it. Pure. */
final class TaxGroups {
    private TaxGroups() {}

    static String of(PriceBook book, DraftLine line) {
        if (line.kind() == DraftLine.Kind.FIXED) {
            return book.fixed().stream()
                    .filter(fee -> fee.id().equals(line.component()))
                    .findFirst()
                    .map(FixedFee::taxGroup)
                    .orElse(PriceBook.STANDARD_TAX);
        }
        return book.component(line.component()).map(Component::taxGroup).orElse(PriceBook.STANDARD_TAX);
    }
}
