package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.coupon.Coupon;
import dev.berth.billing.coupon.Coupons;
import dev.berth.billing.credit.CreditGrant;
import dev.berth.billing.credit.CreditReader;
import dev.berth.billing.credit.Credits;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.TaxDetails;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.payment.ManualProvider;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coupons, tax and credit on invoices, through the whole of a close. */
@Tag("parts")
class InvoiceAmountsTest {
    private static final Instant START = Instant.parse("2026-03-10T00:00:00Z");
    private static final SellerProperties SELLER = new SellerProperties("Kai 1\n20457 Hamburg", "DE", "DE136695976");
    private static final WorkloadId WEB = WorkloadId.next();

    private static Billing billing;

    @BeforeAll
    static void start() {
        billing = new Billing(START.toString(), InvoiceProperties.defaults(), new ManualProvider(), SELLER);
        billing.book("plain", "EUR", "- {id: vcpu_seconds, model: per_unit, unit_price: \"1\"}");
        billing.book("mixed", "EUR", """
                - {id: vcpu_seconds, model: per_unit, unit_price: "1"}
                - {id: gib_seconds, model: per_unit, unit_price: "1", tax_group: reduced}""");
    }

    @BeforeEach
    void rewind() {
        billing.reset(START.toString());
        billing.dsl.execute("delete from tax_rate where country <> ''");
        billing.taxRates.add("DE", "standard", "USt.", new BigDecimal("0.19"), START.minus(Duration.ofDays(900)));
        billing.taxRates.add("DE", "reduced", "USt.", new BigDecimal("0.07"), START.minus(Duration.ofDays(900)));
        billing.taxRates.add("AT", "standard", "VAT", new BigDecimal("0.20"), START.minus(Duration.ofDays(900)));
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void anInvoiceHasSeveralRatesAndItsTaxIsThatOfEachRoundedBase() {
        AccountId account = billing.open("mixed", "EUR", "UTC");
        describe(account, "DE", null);
        InvoiceView invoice = bill(account, 1_003);
        assertThat(rows(invoice)).containsExactlyInAnyOrder("standard 0.19 100 19", "reduced 0.07 100 7");
        assertThat(invoice.tax().amountMinor()).isEqualTo(26);
        assertThat(invoice.total().amountMinor()).isEqualTo(226);
        assertThat(invoice.lines())
                .allSatisfy(line ->
                        assertThat(line.taxRate()).isEqualTo(line.component().equals("gib_seconds") ? "0.07" : "0.19"));
        assertThat(String.valueOf(invoice.terms().seller())).contains("DE136695976", "Hamburg");
    }

    @Test
    void aCompanyInAnotherCountryIsChargedNoTaxAndTheInvoiceSaysWhyWithBothIds() {
        AccountId account = account("AT", "ATU13585627");
        InvoiceView invoice = bill(account, 1_000);
        assertThat(invoice.tax().amountMinor()).isZero();
        assertThat(invoice.breakdown().taxTreatment()).isEqualTo("reverse_charge");
        assertThat(InvoiceDocument.of(invoice, ""))
                .contains(
                        "VAT id ATU13585627",
                        "VAT id DE136695976",
                        "Austria",
                        "Steuerschuldnerschaft des Leistungsempfängers");
        assertThat(bill(account("AT", null), 1_000).tax().amountMinor())
                .as("without an id Austria's rate")
                .isEqualTo(20);
    }

    @Test
    void aRateThatChangesIsTheOneInForceWhenTheInvoiceIsMade() {
        billing.taxRates.add("DE", "standard", "USt.", new BigDecimal("0.25"), START.plus(Duration.ofDays(1)));
        AccountId account = account("DE", null);
        assertThat(bill(account, 1_000).tax().amountMinor()).isEqualTo(19);
        billing.clock.set(START.plus(Duration.ofDays(1)));
        InvoiceView later = bill(account, 1_000);
        assertThat(later.tax().amountMinor()).isEqualTo(25);
        assertThat(Seen.invoices(billing, account).getLast().tax().amountMinor())
                .isEqualTo(19);
        assertThatThrownBy(() -> billing.taxRates.add("DE", "standard", "USt.", BigDecimal.ZERO, START))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("begins later");
        var begun = billing.taxRates.list("DE").getFirst();
        assertThatThrownBy(() -> billing.taxRates.remove(begun.id())).isInstanceOf(Refusal.class);
    }

    @Test
    void couponsComeOffBeforeTaxAndAreUsedUpOverInvoices() {
        AccountId account = account("DE", null);
        redeem(account, coupon("TEN", "10", null, null), false);
        redeem(account, coupon("FIFTY", null, 5_000L, null), false);
        InvoiceView first = bill(account, 40_000);
        assertThat(kinds(first)).containsExactly("usage 4000", "coupon -400", "coupon -3600");
        assertThat(first.total().amountMinor()).isZero();
        assertThat(first.status()).isEqualTo("paid");
        assertThat(first.breakdown().discount().amountMinor()).isEqualTo(4_000);
        InvoiceView second = bill(account, 40_000);
        assertThat(kinds(second)).containsExactly("usage 4000", "coupon -400", "coupon -1400");
        assertThat(second.tax().amountMinor()).isEqualTo(418);
        assertThat(second.lines().getFirst().reduction().amountMinor()).isEqualTo(-1_800);
        Coupons.Held held = billing.coupons.of(account, "EUR").getLast();
        assertThat(held.left().amountMinor()).isZero();
        assertThat(held.taken().amountMinor()).isEqualTo(5_000);
    }

    @Test
    void aPercentageCountsForItsMonthsOnly() {
        AccountId account = account("DE", null);
        redeem(account, coupon("MONTH", "50", null, 1), false);
        assertThat(kinds(bill(account, 1_000))).containsExactly("usage 100", "coupon -50");
        billing.clock.set(Instant.parse("2026-04-02T00:00:00Z"));
        billing.ask(account, Instant.parse("2026-04-01T00:00:00Z"));
        assertThat(kinds(bill(account, 1_000))).containsExactly("usage 100");
    }

    @Test
    void aCouponIsRedeemedAsOftenAsItMayUntilItEndsAndTheOperatorMayGiveItAllTheSame() {
        Coupon once =
                new Coupon("ONCE", "Once", BigDecimal.TEN, null, null, null, 1, 0, START.plusSeconds(60), START, null);
        AccountId first = account("DE", null);
        AccountId second = account("DE", null);
        redeem(first, once, false);
        redeem(first, once, false);
        assertThatThrownBy(() -> redeem(second, once, false))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("as often");
        redeem(second, once, true);
        billing.clock.set(START.plusSeconds(60));
        AccountId third = account("DE", null);
        assertThatThrownBy(() -> redeem(third, once, false))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("over");
        Coupon dollars = new Coupon("DOLLARS", "Five", null, 500L, "USD", null, null, 0, null, START, null);
        assertThatThrownBy(() -> redeem(third, dollars, true))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("pays in EUR");
        assertThatThrownBy(() -> billing.coupons.redeem(customer(third), "NOBODYS", false, Billing.CAUSE))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no coupon");
    }

    @Test
    void creditPaysAfterTaxAndWhatItPaidForIsTold() {
        AccountId account = account("DE", null);
        CreditGrantId later = grant(account, CreditGrant.Kind.PREPAID, 10_000, 60, null);
        CreditGrantId sooner = grant(account, CreditGrant.Kind.PROMOTIONAL, 50, 50, null);
        InvoiceView invoice = bill(account, 1_000);
        assertThat(invoice.total().amountMinor()).isEqualTo(119);
        assertThat(invoice.breakdown().credits().amountMinor()).isEqualTo(119);
        assertThat(invoice.amountDue().amountMinor()).isZero();
        assertThat(invoice.status()).isEqualTo("paid");
        CreditReader.View view =
                new CreditReader(billing.dsl, billing.credits, billing.clock).of(account, "EUR", null, 10);
        assertThat(view.balance().amountMinor()).isEqualTo(9_931);
        assertThat(view.data().stream().map(CreditReader.Grant::id)).containsExactly(sooner, later);
        assertThat(view.data().getFirst().state()).isEqualTo("used");
        assertThat(view.data().getLast().uses()).singleElement().satisfies(use -> {
            assertThat(use.amount().amountMinor()).isEqualTo(69);
            assertThat(use.number()).isEqualTo(invoice.number());
        });
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice.id()))
                .containsEntry(LedgerAccount.REVENUE, -100L)
                .containsEntry(LedgerAccount.TAX, -19L)
                .containsEntry(LedgerAccount.CREDIT, 119L);
    }

    @Test
    void whatAnInvoiceTookComesBackWhenItIsVoid() {
        AccountId account = account("DE", null);
        redeem(account, coupon("FIFTY", null, 50L, null), false);
        CreditGrantId grant = grant(account, CreditGrant.Kind.PROMOTIONAL, 10, 50, null);
        InvoiceView invoice = bill(account, 1_000);
        assertThat(invoice.amountDue().amountMinor()).isEqualTo(50);
        billing.settlement.voidInvoice(invoice.id(), "a mistake", Billing.CAUSE);
        assertThat(billing.credits.find(billing.dsl, grant).orElseThrow().leftMinor())
                .isEqualTo(10);
        assertThat(billing.coupons.of(account, "EUR").getFirst().left().amountMinor())
                .isEqualTo(50);
    }

    @Test
    void whatIsLeftOfCreditAtItsEndIsGoneAndWhatWasPaidForItIsEarned() {
        AccountId account = account("DE", null);
        Instant end = START.plus(Duration.ofDays(30));
        grant(account, CreditGrant.Kind.PROMOTIONAL, 100, 50, end);
        grant(account, CreditGrant.Kind.PREPAID, 70, 50, end);
        assertThat(billing.credits.expire(_ -> {})).isZero();
        billing.clock.set(end);
        assertThat(billing.credits.balance(billing.dsl, account, "EUR").grantedMinor())
                .isZero();
        assertThat(billing.credits.expire(_ -> {})).isEqualTo(2);
        assertThat(billing.credits.expire(_ -> {})).isZero();
        assertThat(billing.ledger.trialBalance(billing.dsl).stream()
                        .map(balance -> balance.ledgerAccount() + " " + balance.balance()))
                .containsExactly("cash 70", "credit 0", "promotion 0", "revenue -70");
    }

    @Test
    void aGrantIsMadeOncePerRequestAndWhatIsLeftOfItCanBeVoided() {
        AccountId account = account("DE", null);
        Credits.NewGrant wanted = new Credits.NewGrant(
                account, CreditGrant.Kind.PREPAID, "EUR", 100, 50, "paid by transfer", null, "key-1");
        CreditGrantId first = make(wanted);
        assertThat(make(wanted)).isEqualTo(first);
        assertThat(billing.credits.voidGrant(first, Billing.CAUSE).leftMinor()).isZero();
        assertThat(billing.credits.voidGrant(first, Billing.CAUSE).state(START)).isEqualTo("void");
        assertThat(billing.ledger.trialBalance(billing.dsl).stream()
                        .map(balance -> balance.ledgerAccount() + " " + balance.balance()))
                .containsExactly("cash 0", "credit 0");
    }

    @Test
    void whatAnInvoiceCarriedIsNoGrantsAndIsUsedBeforeTax() {
        AccountId account = account("DE", null);
        grant(account, CreditGrant.Kind.PROMOTIONAL, 1_000, 50, null);
        assertThat(billing.credits.unassigned(billing.dsl, account, "EUR")).isZero();
        InvoiceView invoice = bill(account, 1_000);
        assertThat(kinds(invoice)).as("a grant is carried by no line").containsExactly("usage 100");
    }

    @Test
    @DisplayName(
            "L24: fees of 1000 to 4000 twice over, coupons of 2000, 1000 and 500, mixed rates: lines and total agree")
    void linesAndTotalAgreeWithCouponsAndMixedRates() {
        billing.taxRates.add("DE", "third", "USt.", new BigDecimal("0.055"), START.minus(Duration.ofDays(9)));
        StringBuilder fees = new StringBuilder("fixed:\n");
        for (int i = 0; i < 8; i++) {
            String group = List.of("standard", "reduced", "third").get(i % 3);
            fees.append("  - {id: fee%d, per_month: \"%d.00\", tax_group: %s}\n".formatted(i, 10 * (1 + i % 4), group));
        }
        billing.books.publish(dev.berth.billing.catalog.PriceBookFormat.readYaml("""
                name: l24
                currency: EUR
                effective_from: 2020-01-01T00:00:00Z
                """ + fees, 1));
        billing.clock.set(Instant.parse("2026-03-01T00:00:00Z"));
        AccountId account = billing.open("l24", "EUR", "UTC");
        describe(account, "DE", null);
        for (long minor : new long[] {2_000, 1_000, 500}) {
            redeem(account, coupon("C" + minor + "X", null, minor, null), false);
        }
        billing.clock.set(Instant.parse("2026-04-01T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.clock.set(Instant.parse("2026-04-01T01:00:00Z"));
        assertThat(billing.closing.pass(_ -> {})).isOne();
        InvoiceView invoice = Seen.only(billing, account);
        assertThat(invoice.subtotal().amountMinor()).isEqualTo(2 * 10_000 - 3_500);
        assertThat(invoice.breakdown().taxes().stream()
                        .mapToLong(row -> row.base().amountMinor())
                        .sum())
                .isEqualTo(16_500);
        long lines = invoice.lines().stream()
                .mapToLong(line -> line.amount().amountMinor() + line.tax().amountMinor())
                .sum();
        assertThat(lines).isEqualTo(invoice.total().amountMinor());
        assertThat(invoice.lines().stream()
                        .mapToLong(line -> line.reduction().amountMinor())
                        .sum())
                .isEqualTo(-3_500);
        // standard: fees 1000 + 4000 + 3000 = 8000; reduced: 2000 + 1000 + 4000 = 7000; third: 3000 + 2000 = 5000; each
        // less 17.5 %
        assertThat(rows(invoice))
                .containsExactlyInAnyOrder("standard 0.19 6600 1254", "reduced 0.07 5775 404", "third 0.055 4125 227");
    }

    @ParameterizedTest
    @CsvSource({
        "JPY, 8, 2, '10 JPY'",
        "EUR, 778, 148, '9.26 EUR'",
        "USD, 778, 148, '9.26 USD'",
        "KWD, 7777, 1478, '9.255 KWD'",
        "BHD, 7777, 1478, '9.255 BHD'"
    })
    void amountsHaveTheDecimalsOfTheirCurrency(String currency, long net, long tax, String total) throws IOException {
        billing.book(
                "decimals" + currency.toLowerCase(java.util.Locale.ROOT),
                currency,
                "- {id: vcpu_seconds, model: per_unit, unit_price: \"0.7777\"}");
        AccountId account =
                billing.open("decimals" + currency.toLowerCase(java.util.Locale.ROOT), currency, "Asia/Tokyo");
        describe(account, "DE", null);
        InvoiceView invoice = bill(account, 10_000);
        assertThat(invoice.subtotal()).isEqualTo(new Money(net, currency));
        assertThat(invoice.tax()).isEqualTo(new Money(tax, currency));
        try (PDDocument document = Loader.loadPDF(new InvoicePdf().of(invoice))) {
            assertThat(new PDFTextStripper().getText(document)).contains(total + " due");
        }
        Credits.NewGrant all =
                new Credits.NewGrant(account, CreditGrant.Kind.PREPAID, currency, net + tax + 1, 50, "", null, null);
        make(all);
        InvoiceView next = bill(account, 10_000);
        assertThat(next.amountDue().amountMinor()).isZero();
        assertThat(billing.credits.balance(billing.dsl, account, currency).grantedMinor())
                .isEqualTo(net + tax + 1 - next.total().amountMinor());
    }

    private static AccountId account(@Nullable String country, @Nullable String vatId) {
        AccountId account = billing.open("plain", "EUR", "UTC");
        describe(account, country, vatId);
        return account;
    }

    private static void describe(AccountId account, @Nullable String country, @Nullable String vatId) {
        billing.customers.describe(
                billing.dsl, account, new TaxDetails("Test & Sons Ltd", "Way 1\n1010 Town", country, vatId, false));
    }

    private static Customer customer(AccountId account) {
        return billing.customers.find(account).orElseThrow();
    }

    /** Runs a core and a GiB, each at a unit a second, and closes. */
    private static InvoiceView bill(AccountId account, int ms) {
        Instant from = billing.clock.instant();
        Seen.run(billing, account, WEB, from.toString(), ms, 1000, 1024);
        billing.clock.set(from.plusMillis(ms));
        billing.complete(billing.clock.instant());
        billing.ask(account, billing.clock.instant());
        while (billing.closing.pass(_ -> {}) > 0) {
            // a period is finished when those before it are
        }
        return Seen.invoices(billing, account).getFirst();
    }

    private static CreditGrantId grant(
            AccountId account, CreditGrant.Kind kind, long minor, int priority, @Nullable Instant end) {
        return make(new Credits.NewGrant(account, kind, "EUR", minor, priority, "", end, null));
    }

    private static CreditGrantId make(Credits.NewGrant wanted) {
        return billing.dsl.transactionResult(
                configuration -> billing.credits.grant(configuration.dsl(), wanted, Billing.CAUSE));
    }

    private static Coupon coupon(
            String code, @Nullable String percent, @Nullable Long minor, @Nullable Integer months) {
        return new Coupon(
                code,
                code + " off",
                percent == null ? null : new BigDecimal(percent),
                minor,
                minor == null ? null : "EUR",
                months,
                null,
                0,
                null,
                START,
                null);
    }

    private static void redeem(AccountId account, Coupon coupon, boolean byOperator) {
        billing.coupons.create(coupon, Billing.CAUSE);
        billing.coupons.redeem(customer(account), coupon.code(), byOperator, Billing.CAUSE);
    }

    private static List<String> rows(InvoiceView invoice) {
        return invoice.breakdown().taxes().stream()
                .map(row -> "%s %s %d %d"
                        .formatted(
                                row.taxGroup(),
                                row.rate(),
                                row.base().amountMinor(),
                                row.tax().amountMinor()))
                .toList();
    }

    private static List<String> kinds(InvoiceView invoice) {
        return invoice.lines().stream()
                .filter(line -> line.amount().amountMinor() != 0)
                .map(line -> line.kind() + " " + line.amount().amountMinor())
                .toList();
    }
}
