package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.billing.payment.ManualProvider;
import dev.berth.billing.rating.Rounding;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.VolumeUsageRecorded;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The columns of FOCUS 1.2 by the rules of its specification, and that the rows of each invoice add up to it. */
@Tag("parts")
class FocusTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static final String DECIMAL = "-?[0-9]+(\\.[0-9]+)?";
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z";
    private static final String TEXT = "(?s).+";

    private static Billing billing;
    private static AccountId account;

    /**
     * What the specification says of a column.
     *
     * @param mustBeNull in which rows it has no value
     * @param mayBeNull in which rows it may have none
     */
    private record Rule(
            String column,
            boolean mandatory,
            String format,
            Predicate<Map<String, String>> mustBeNull,
            Predicate<Map<String, String>> mayBeNull) {}

    private static final List<Rule> RULES = List.of(
            always("BilledCost", DECIMAL),
            always("BillingAccountId", TEXT),
            new Rule("BillingAccountName", true, TEXT, FocusTest::never, FocusTest::always),
            always("BillingCurrency", "[A-Z]{3}"),
            always("BillingPeriodEnd", TIME),
            always("BillingPeriodStart", TIME),
            always("ChargeCategory", "Usage|Purchase|Tax|Credit|Adjustment"),
            new Rule("ChargeClass", true, "Correction", FocusTest::never, FocusTest::always),
            new Rule("ChargeDescription", true, TEXT, FocusTest::never, FocusTest::always),
            always("ChargePeriodEnd", TIME),
            always("ChargePeriodStart", TIME),
            always("ContractedCost", DECIMAL),
            always("EffectiveCost", DECIMAL),
            always("InvoiceIssuerName", TEXT),
            always("ListCost", DECIMAL),
            new Rule("PricingQuantity", true, DECIMAL, FocusTest::tax, FocusTest::unpriced),
            new Rule("PricingUnit", true, TEXT, FocusTest::tax, FocusTest::unpriced),
            always("ProviderName", TEXT),
            always("PublisherName", TEXT),
            always("ServiceCategory", "Compute|Storage|Networking|Other"),
            always("ServiceName", TEXT),
            new Rule("ChargeFrequency", false, "One-Time|Recurring|Usage-Based", FocusTest::never, FocusTest::never),
            new Rule("InvoiceId", false, TEXT, FocusTest::never, FocusTest::never),
            new Rule("ListUnitPrice", false, "[0-9]+(\\.[0-9]+)?", FocusTest::tax, FocusTest::unpriced),
            new Rule("PricingCategory", false, "Standard|Dynamic|Committed|Other", FocusTest::tax, FocusTest::unpriced),
            new Rule("SkuId", false, TEXT, FocusTest::tax, FocusTest::unpriced),
            new Rule("SkuPriceId", false, TEXT, FocusTest::tax, FocusTest::unpriced),
            new Rule("SkuMeter", false, TEXT, FocusTest::tax, FocusTest::unpriced),
            new Rule("ConsumedQuantity", false, DECIMAL, FocusTest::ofNothingUsed, FocusTest::notMeasured),
            new Rule("ConsumedUnit", false, TEXT, FocusTest::ofNothingUsed, FocusTest::notMeasured),
            new Rule("ResourceId", false, TEXT, FocusTest::never, FocusTest::always),
            new Rule("ResourceType", false, TEXT, FocusTest::ofNothing, FocusTest::ofNothing));

    private static Rule always(String column, String format) {
        return new Rule(column, true, format, FocusTest::never, FocusTest::never);
    }

    private static boolean never(Map<String, String> row) {
        return row.isEmpty();
    }

    private static boolean always(Map<String, String> row) {
        return !row.isEmpty();
    }

    private static boolean tax(Map<String, String> row) {
        return is(row, "ChargeCategory", "Tax");
    }

    private static boolean priced(Map<String, String> row) {
        return row.get("ChargeClass") == null && Set.of("Usage", "Purchase").contains(row.get("ChargeCategory"));
    }

    private static boolean unpriced(Map<String, String> row) {
        return !priced(row);
    }

    private static boolean ofNothingUsed(Map<String, String> row) {
        return !is(row, "ChargeCategory", "Usage");
    }

    private static boolean notMeasured(Map<String, String> row) {
        return ofNothingUsed(row) || is(row, "ChargeClass", "Correction");
    }

    private static boolean ofNothing(Map<String, String> row) {
        return row.get("ResourceId") == null;
    }

    private static boolean is(Map<String, String> row, String column, String value) {
        return value.equals(row.get(column));
    }

    @BeforeAll
    static void makeInvoices() {
        billing = new Billing(
                "2026-03-10T00:00:00Z",
                InvoiceProperties.defaults(),
                new ManualProvider(),
                new SellerProperties("Kai 1\n20457 Hamburg", "DE", "DE136695976"));
        Instant valid = Instant.parse("2024-01-01T00:00:00Z");
        billing.taxRates.add("DE", "standard", "USt.", new BigDecimal("0.19"), valid);
        billing.taxRates.add("DE", "reduced", "USt.", new BigDecimal("0.07"), valid);
        billing.book("many", "EUR", """
                - {id: vcpu_seconds, model: per_unit, unit_price: "0.0007", free_per_month: "100"}
                - {id: gib_seconds, model: graduated, tiers: [{up_to: "10", unit_price: "0.01"}, {unit_price: "0.003", flat: "1"}]}
                - {id: volume_gib_hours, model: per_unit, unit_price: "0.17", minimum: "50.00"}""");
        account = billing.open("many", "EUR", "Europe/Berlin");
        billing.dsl.execute("update customer set country = 'DE', name = '=1+1, \"Sons\"'");
        Instant start = Instant.parse("2026-03-30T10:00:00Z");
        UsageRecorded piece = Billing.pieces(
                        account, WEB, ContainerId.next(), start, start.plusSeconds(1000), 1000, 1024)
                .getFirst();
        billing.used(piece);
        VolumeId volume = VolumeId.next();
        billing.used(
                new VolumeUsageRecorded(account, volume, start, null, start, start.plusSeconds(1800), 10, true, null));
        month("2026-04-02T00:00:00Z");
        billing.used(Seen.corrected(piece, start.plusSeconds(3), 1));
        Instant hour = Instant.parse("2026-04-05T03:00:00Z");
        billing.used(new UsageRecorded(
                account,
                WEB,
                ContainerId.next(),
                null,
                hour,
                hour.plusSeconds(60),
                hour,
                hour.plusSeconds(60),
                new dev.berth.schema.unit.CpuMillis(250),
                new dev.berth.schema.unit.MemoryMib(256),
                false,
                "image_pull",
                0L));
        Seen.run(billing, account, WEB, "2026-04-10T00:00:00Z", 100_123);
        month("2026-05-02T00:00:00Z");
    }

    private static void month(String at) {
        billing.clock.set(Instant.parse(at));
        billing.complete(billing.clock.instant());
        billing.closing.pass(_ -> {});
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void everyColumnFollowsTheRulesOfTheSpecification() {
        List<Map<String, String>> rows = rows(csv(null));
        assertThat(rows).hasSizeGreaterThan(10);
        for (Rule rule : RULES) {
            for (Map<String, String> row : rows) {
                assertThat(row).as(rule.column()).containsKey(rule.column());
                String value = row.get(rule.column());
                if (value == null) {
                    assertThat(rule.mayBeNull().test(row))
                            .as("%s has no value in %s", rule.column(), row)
                            .isTrue();
                } else {
                    assertThat(value).as(rule.column()).matches(rule.format());
                    assertThat(rule.mustBeNull().test(row))
                            .as("%s has the value %s in %s", rule.column(), value, row)
                            .isFalse();
                }
            }
        }
        for (Map<String, String> row : rows) {
            assertThat(row.get("ChargePeriodStart")).isLessThan(row.get("ChargePeriodEnd"));
            assertThat(row.get("BillingPeriodStart")).isLessThan(row.get("BillingPeriodEnd"));
            if (priced(row)) {
                assertThat(new BigDecimal(row.get("ListUnitPrice"))
                                .multiply(new BigDecimal(row.get("PricingQuantity"))))
                        .isEqualByComparingTo(row.get("ListCost"));
            }
        }
        assertThat(rows).extracting(row -> row.get("ChargeCategory")).contains("Usage", "Tax", "Adjustment");
        assertThat(rows).extracting(row -> row.get("ChargeClass")).contains("Correction");
        assertThat(rows).extracting(row -> row.get("x_ZeroReason")).contains("image_pull");
        assertThat(rows)
                .extracting(row -> row.get("BillingAccountName"))
                .as("no formula")
                .containsOnly("'=1+1, \"Sons\"");
    }

    @Test
    void theRowsOfEachInvoiceAddUpToItToTheCent() {
        Map<String, BigDecimal> sums = new HashMap<>();
        rows(csv(null))
                .forEach(row ->
                        sums.merge(row.get("InvoiceId"), new BigDecimal(row.get("BilledCost")), BigDecimal::add));
        List<InvoiceView> invoices = Seen.invoices(billing, account);
        assertThat(invoices).hasSize(2);
        assertThat(sums).hasSize(2);
        for (InvoiceView invoice : invoices) {
            assertThat(sums.get(String.valueOf(invoice.id())))
                    .isEqualByComparingTo(Rounding.toMajor(invoice.total().amountMinor(), "EUR"));
            assertThat(rows(csv(invoice.id())))
                    .extracting(row -> row.get("InvoiceId"))
                    .containsOnly(String.valueOf(invoice.id()));
        }
    }

    private static String csv(@Nullable InvoiceId invoice) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Period range = new Period(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));
        billing.dsl.transaction(configuration -> new FocusExport()
                .write(configuration.dsl(), new FocusExport.Which(account, range, invoice), 1, out::writeBytes));
        assertThat(billing.dsl.fetchCount(INVOICE)).isEqualTo(2);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** By RFC 4180; what is empty is null. */
    private static List<Map<String, String>> rows(String csv) {
        List<List<String>> table = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (quoted) {
                if (c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
                    cell.append('"');
                    i++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    cell.append(c);
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\n') {
                row.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    table.add(row);
                    row = new ArrayList<>();
                }
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        assertThat(row).isEmpty();
        List<Map<String, String>> rows = new ArrayList<>();
        for (List<String> values : table.subList(1, table.size())) {
            assertThat(values).hasSameSizeAs(table.getFirst());
            Map<String, String> one = new LinkedHashMap<>();
            for (int i = 0; i < values.size(); i++) {
                one.put(table.getFirst().get(i), values.get(i).isEmpty() ? null : values.get(i));
            }
            rows.add(one);
        }
        return rows;
    }
}
