package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.customer.BillingCalendar;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.Rounding;
import dev.berth.schema.db.billing.tables.records.InvoiceLineRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A charge as FOCUS 1.2 (FinOps Open Cost and Usage Specification) has it: one for the net amount of a line and, where it is taxed, one for
 * its tax, so that the rows of an {@code InvoiceId} add up to what the invoice says. Lines of every kind have theirs. Pure.
 *
 * <p>Times are cut to the second, as the format of the specification is; both ends of a period are, so that periods stay contiguous.
 */
final class FocusRow {
    private static final Map<String, String> UNITS = Map.of(
            "vcpu_second", "vCPU-Seconds",
            "gib_second", "GiB-Seconds",
            "container_second", "Container-Seconds",
            "gib_hour", "GiB-Hours",
            "gib", "GiB",
            "month", "Months");

    private final Map<Column, String> cells = new EnumMap<>(Column.class);

    /** The columns, in their order: those that are mandatory, those whose condition Berth meets, and its own ({@code x_}). */
    enum Column {
        BILLED_COST("BilledCost"),
        BILLING_ACCOUNT_ID("BillingAccountId"),
        BILLING_ACCOUNT_NAME("BillingAccountName"),
        BILLING_CURRENCY("BillingCurrency"),
        BILLING_PERIOD_END("BillingPeriodEnd"),
        BILLING_PERIOD_START("BillingPeriodStart"),
        CHARGE_CATEGORY("ChargeCategory"),
        CHARGE_CLASS("ChargeClass"),
        CHARGE_DESCRIPTION("ChargeDescription"),
        CHARGE_FREQUENCY("ChargeFrequency"),
        CHARGE_PERIOD_END("ChargePeriodEnd"),
        CHARGE_PERIOD_START("ChargePeriodStart"),
        CONSUMED_QUANTITY("ConsumedQuantity"),
        CONSUMED_UNIT("ConsumedUnit"),
        CONTRACTED_COST("ContractedCost"),
        EFFECTIVE_COST("EffectiveCost"),
        INVOICE_ID("InvoiceId"),
        INVOICE_ISSUER_NAME("InvoiceIssuerName"),
        LIST_COST("ListCost"),
        LIST_UNIT_PRICE("ListUnitPrice"),
        PRICING_CATEGORY("PricingCategory"),
        PRICING_QUANTITY("PricingQuantity"),
        PRICING_UNIT("PricingUnit"),
        PROVIDER_NAME("ProviderName"),
        PUBLISHER_NAME("PublisherName"),
        RESOURCE_ID("ResourceId"),
        RESOURCE_TYPE("ResourceType"),
        SERVICE_CATEGORY("ServiceCategory"),
        SERVICE_NAME("ServiceName"),
        SERVICE_SUBCATEGORY("ServiceSubcategory"),
        SKU_ID("SkuId"),
        SKU_METER("SkuMeter"),
        SKU_PRICE_ID("SkuPriceId"),
        INVOICE_NUMBER("x_InvoiceNumber"),
        LINE_ID("x_LineId"),
        LINE_KIND("x_LineKind"),
        ZERO_REASON("x_ZeroReason");

        private final String title;

        Column(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private FocusRow() {}

    /** The rows of a line. */
    static List<FocusRow> of(InvoiceRecord invoice, InvoiceLineRecord line, BillingCalendar calendar) {
        FocusRow charge = charge(invoice, line, calendar);
        return line.getTaxMinor() == 0 ? List.of(charge) : List.of(charge, tax(invoice, line, charge));
    }

    /** The value of a column; null where it has none. */
    @Nullable
    String get(Column column) {
        return cells.get(column);
    }

    private static FocusRow charge(InvoiceRecord invoice, InvoiceLineRecord line, BillingCalendar calendar) {
        FocusRow row = common(invoice, line);
        String kind = line.getKind();
        boolean correction = kind.equals("correction");
        String category = category(kind);
        boolean priced = !correction && (category.equals("Usage") || category.equals("Purchase"));
        String billed = major(line.getAmountMinor(), invoice.getCurrency());
        Period period = charged(invoice, line, calendar);
        row.set(Column.BILLED_COST, billed);
        row.set(Column.EFFECTIVE_COST, billed);
        row.set(Column.CHARGE_CATEGORY, category);
        row.set(Column.CHARGE_CLASS, correction ? "Correction" : null);
        row.set(Column.CHARGE_FREQUENCY, frequency(kind));
        row.set(Column.CHARGE_DESCRIPTION, line.getDescription());
        row.set(Column.CHARGE_PERIOD_START, time(period.start()));
        row.set(Column.CHARGE_PERIOD_END, time(period.end()));
        String unit = UNITS.getOrDefault(line.getUnit(), line.getUnit());
        String quantity = PriceBookFormat.text(line.getQuantity());
        if (category.equals("Usage")) {
            row.set(Column.CONSUMED_QUANTITY, quantity);
            row.set(Column.CONSUMED_UNIT, unit);
        }
        String list = billed;
        if (priced) {
            row.set(Column.PRICING_CATEGORY, "Standard");
            row.set(Column.PRICING_QUANTITY, quantity);
            row.set(Column.PRICING_UNIT, unit);
            row.set(Column.LIST_UNIT_PRICE, line.getUnitPrice());
            list = PriceBookFormat.text(new BigDecimal(line.getUnitPrice()).multiply(line.getQuantity()));
            row.set(Column.SKU_ID, line.getComponent());
            row.set(Column.SKU_METER, line.getComponent());
            row.set(Column.SKU_PRICE_ID, line.getComponent());
        }
        row.set(Column.LIST_COST, list);
        row.set(Column.CONTRACTED_COST, list);
        return row;
    }

    private static FocusRow tax(InvoiceRecord invoice, InvoiceLineRecord line, FocusRow charge) {
        FocusRow row = common(invoice, line);
        String tax = major(line.getTaxMinor(), invoice.getCurrency());
        for (Column column :
                List.of(Column.BILLED_COST, Column.EFFECTIVE_COST, Column.LIST_COST, Column.CONTRACTED_COST)) {
            row.set(column, tax);
        }
        for (Column column : List.of(
                Column.CHARGE_CLASS, Column.CHARGE_FREQUENCY, Column.CHARGE_PERIOD_START, Column.CHARGE_PERIOD_END)) {
            row.set(column, charge.get(column));
        }
        row.set(Column.CHARGE_CATEGORY, "Tax");
        row.set(Column.CHARGE_DESCRIPTION, "Tax on: " + line.getDescription());
        return row;
    }

    private static FocusRow common(InvoiceRecord invoice, InvoiceLineRecord line) {
        FocusRow row = new FocusRow();
        String seller =
                Json.mapper().readTree(invoice.getSeller().data()).path("name").asString("Berth");
        row.set(Column.BILLING_ACCOUNT_ID, invoice.getAccountId().toString());
        row.set(
                Column.BILLING_ACCOUNT_NAME,
                Json.mapper().readTree(invoice.getBillTo().data()).path("name").asString(""));
        row.set(Column.BILLING_CURRENCY, invoice.getCurrency());
        row.set(Column.BILLING_PERIOD_START, time(invoice.getPeriodStart()));
        row.set(Column.BILLING_PERIOD_END, time(invoice.getPeriodEnd()));
        row.set(Column.INVOICE_ID, invoice.getInvoiceId().toString());
        row.set(Column.INVOICE_ISSUER_NAME, seller);
        row.set(Column.PROVIDER_NAME, seller);
        row.set(Column.PUBLISHER_NAME, seller);
        row.set(Column.INVOICE_NUMBER, invoice.getNumber());
        row.set(Column.LINE_ID, line.getLineId().toString());
        row.set(Column.LINE_KIND, line.getKind());
        row.set(Column.ZERO_REASON, line.getZeroReason());
        boolean ofVolume = line.getComponent().equals(Quantities.VOLUME);
        if (line.getWorkloadId() != null) {
            row.set(
                    Column.RESOURCE_ID,
                    ofVolume
                            ? new VolumeId(line.getWorkloadId().uuid()).toString()
                            : line.getWorkloadId().toString());
            row.set(Column.RESOURCE_TYPE, ofVolume ? "Volume" : "Workload");
        }
        row.set(Column.SERVICE_NAME, "Berth");
        switch (line.getComponent()) {
            case Quantities.VOLUME -> row.service("Storage", "File Storage");
            case Quantities.EGRESS -> row.service("Networking", "Network Connectivity");
            case "vcpu_seconds", "gib_seconds", "container_seconds" -> row.service("Compute", "Containers");
            default -> row.service("Other", "Other (Other)");
        }
        return row;
    }

    private void service(String category, String subcategory) {
        set(Column.SERVICE_CATEGORY, category);
        set(Column.SERVICE_SUBCATEGORY, subcategory);
    }

    private void set(Column column, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            cells.put(column, value);
        }
    }

    /** Of use; of fees; and what is given, or carried, which is a credit whatever it is called. */
    private static String category(String kind) {
        return switch (kind) {
            case "usage", "correction", "zero" -> "Usage";
            case "fixed" -> "Purchase";
            case "minimum" -> "Adjustment";
            default -> "Credit";
        };
    }

    private static String frequency(String kind) {
        return switch (kind) {
            case "usage", "correction", "zero" -> "Usage-Based";
            case "fixed", "minimum" -> "Recurring";
            default -> "One-Time";
        };
    }

    /** The time that a line charges: that of the invoice, or what it corrects of an earlier month, or of the same one before. */
    private static Period charged(InvoiceRecord invoice, InvoiceLineRecord line, BillingCalendar calendar) {
        if (!line.getKind().equals("correction")) {
            return new Period(invoice.getPeriodStart(), invoice.getPeriodEnd());
        }
        Instant end = calendar.monthOf(line.getMonthStart()).end();
        Instant before = invoice.getPeriodStart();
        return new Period(line.getMonthStart(), end.isBefore(before) ? end : before);
    }

    private static String major(long minor, String currency) {
        return Rounding.toMajor(minor, currency).toPlainString();
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
