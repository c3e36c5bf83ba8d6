package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.INVOICE_LINE;

import dev.berth.billing.customer.BillingCalendar;
import dev.berth.schema.db.billing.tables.records.InvoiceLineRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes invoices as CSV (RFC 4180) with the columns of FOCUS 1.2, line by line. Thread-safe. */
@Component
final class FocusExport {
    private static final int FETCH = 500;

    /**
     * Which invoices.
     *
     * @param invoice null for all whose period has a part in {@code period}, but those that are void
     */
    record Which(AccountId account, Period period, @Nullable InvoiceId invoice) {
        Condition condition() {
            Condition own = INVOICE.ACCOUNT_ID.eq(account).and(INVOICE.STATUS.ne(InvoiceStatus.DRAFT.text()));
            return invoice == null
                    ? own.and(INVOICE.STATUS.ne(InvoiceStatus.VOID.text()))
                            .and(INVOICE.PERIOD_START.lt(period.end()))
                            .and(INVOICE.PERIOD_END.gt(period.start()))
                    : own.and(INVOICE.INVOICE_ID.eq(invoice));
        }
    }

    /**
     * Writes the file.
     *
     * @param anchorDay of the account's months
     * @param out gets the bytes, in order
     */
    void write(DSLContext snapshot, Which which, int anchorDay, Consumer<byte[]> out) {
        out.accept(line(Arrays.stream(FocusRow.Column.values())
                .map(FocusRow.Column::title)
                .collect(Collectors.joining(","))));
        try (Cursor<InvoiceRecord> invoices = snapshot.selectFrom(INVOICE)
                .where(which.condition())
                .orderBy(INVOICE.INVOICE_ID)
                .fetchSize(FETCH)
                .fetchLazy()) {
            for (InvoiceRecord invoice : invoices) {
                BillingCalendar calendar = new BillingCalendar(ZoneId.of(invoice.getTimeZone()), anchorDay);
                for (InvoiceLineRecord charge : snapshot.selectFrom(INVOICE_LINE)
                        .where(INVOICE_LINE.INVOICE_ID.eq(invoice.getInvoiceId()))
                        .orderBy(INVOICE_LINE.ORDINAL)) {
                    FocusRow.of(invoice, charge, calendar).forEach(row -> out.accept(line(text(row))));
                }
            }
        }
    }

    private static String text(FocusRow row) {
        return Arrays.stream(FocusRow.Column.values())
                .map(column -> cell(row.get(column)))
                .collect(Collectors.joining(","));
    }

    /** A cell; empty for null. In quotes where it has to be, and where a spreadsheet would take a customer's text for a formula. */
    private static String cell(@Nullable String value) {
        if (value == null) {
            return "";
        }
        boolean formula = !value.isEmpty() && "=+@\t\r".indexOf(value.charAt(0)) >= 0;
        String text = formula ? "'" + value : value;
        return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + text.replace("\"", "\"\"") + '"'
                : text;
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.UTF_8);
    }
}
