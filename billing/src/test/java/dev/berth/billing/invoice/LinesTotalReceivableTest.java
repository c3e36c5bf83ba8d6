package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.billing.LedgerInvariants;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.coupon.Coupon;
import dev.berth.billing.credit.CreditGrant;
import dev.berth.billing.credit.Credits;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.TaxDetails;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.payment.ManualProvider;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Property (d) of BILLING.md, section 7, with a real database: whatever the prices, currencies, coupons, credit and rates are, the lines
 * add up to the total, and the total is what the ledger has as owed and as paid from credit.
 */
@Tag("parts")
class LinesTotalReceivableTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final List<String> GROUPS = List.of("standard", "reduced", "special");
    private static final List<String> CURRENCIES = List.of("EUR", "JPY", "KWD", "USD");

    private static Billing billing;
    private static int books;

    @BeforeContainer
    static void start() {
        billing = new Billing(
                START.toString(),
                InvoiceProperties.defaults(),
                new ManualProvider(),
                new SellerProperties("", "DE", "DE136695976"));
    }

    @AfterContainer
    static void close() {
        billing.close();
    }

    @Property(tries = 60)
    void linesTotalAndLedgerAgree(@ForAll long seed) {
        Random random = new Random(seed);
        billing.reset(START.toString());
        billing.dsl.execute("delete from tax_rate where country <> ''");
        for (String group : GROUPS) {
            BigDecimal rate = BigDecimal.valueOf(random.nextInt(0, 300), 3);
            billing.taxRates.add("DE", group, "VAT", rate, START.minusSeconds(9));
        }
        String currency = CURRENCIES.get(random.nextInt(CURRENCIES.size()));
        AccountId account = billing.open(publish(random, currency), currency, "UTC");
        billing.customers.describe(
                billing.dsl, account, new TaxDetails(null, null, random.nextBoolean() ? "DE" : null, null, false));
        for (int i = random.nextInt(4); i > 0; i--) {
            redeem(random, account, currency, "C%d-%d".formatted(books, i));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            grant(random, account, currency);
        }
        for (int round = 0; round < 2; round++) {
            bill(random, account);
        }
        LedgerInvariants.check(billing.dsl);
        List<InvoiceView> invoices = Seen.invoices(billing, account);
        assertThat(invoices).isNotEmpty().allSatisfy(LinesTotalReceivableTest::agrees);
    }

    private static void agrees(InvoiceView invoice) {
        long lines = invoice.lines().stream()
                .mapToLong(line -> line.amount().amountMinor() + line.tax().amountMinor())
                .sum();
        long total = invoice.total().amountMinor();
        long credits = invoice.breakdown().credits().amountMinor();
        assertThat(lines).isEqualTo(total).isNotNegative();
        assertThat(invoice.amountDue().amountMinor()).isEqualTo(total - credits).isNotNegative();
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice.id()).getOrDefault(LedgerAccount.RECEIVABLE, 0L))
                .isEqualTo(total - credits);
    }

    private static String publish(Random random, String currency) {
        String name = "made%d".formatted(++books);
        StringBuilder yaml =
                new StringBuilder("name: %s\ncurrency: %s\neffective_from: 2020-01-01T00:00:00Z\ncomponents:\n"
                        .formatted(name, currency));
        for (String id : List.of("vcpu_seconds", "gib_seconds")) {
            yaml.append("  - {id: %s, model: per_unit, unit_price: \"%s\", free_per_month: \"%d\", tax_group: %s}\n"
                    .formatted(
                            id,
                            BigDecimal.valueOf(random.nextInt(1, 90_000), 4).toPlainString(),
                            random.nextInt(3),
                            group(random)));
        }
        yaml.append("fixed:\n");
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            yaml.append("  - {id: fee%d, per_month: \"%d.37\", tax_group: %s}\n"
                    .formatted(i, random.nextInt(200), group(random)));
        }
        billing.books.publish(PriceBookFormat.readYaml(yaml.toString(), 1));
        return name;
    }

    private static String group(Random random) {
        return GROUPS.get(random.nextInt(GROUPS.size()));
    }

    private static void redeem(Random random, AccountId account, String currency, String code) {
        boolean percent = random.nextBoolean();
        boolean bound = !percent || random.nextBoolean();
        Coupon coupon = new Coupon(
                code,
                "made",
                percent ? BigDecimal.valueOf(random.nextInt(1, 1_001), 1) : null,
                bound ? Long.valueOf(random.nextInt(1, 30_000)) : null,
                bound ? currency : null,
                percent && random.nextBoolean() ? Integer.valueOf(1) : null,
                null,
                0,
                null,
                START,
                null);
        billing.coupons.create(coupon, Billing.CAUSE);
        Customer customer = billing.customers.find(account).orElseThrow();
        billing.coupons.redeem(customer, code, false, Billing.CAUSE);
    }

    private static void grant(Random random, AccountId account, String currency) {
        CreditGrant.Kind kind = random.nextBoolean() ? CreditGrant.Kind.PREPAID : CreditGrant.Kind.PROMOTIONAL;
        billing.dsl.transaction(configuration -> billing.credits.grant(
                configuration.dsl(),
                new Credits.NewGrant(
                        account,
                        kind,
                        currency,
                        random.nextInt(1, 40_000),
                        random.nextInt(3),
                        "",
                        random.nextBoolean() ? START.plusSeconds(random.nextInt(1, 90_000)) : null,
                        null),
                Billing.CAUSE));
    }

    private static void bill(Random random, AccountId account) {
        Instant from = billing.clock.instant();
        int ms = random.nextInt(1, 60_000);
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            Seen.run(billing, account, WorkloadId.next(), from.toString(), ms, random.nextInt(1, 4_000), 512);
        }
        billing.clock.set(from.plusSeconds(40_000));
        billing.complete(billing.clock.instant());
        assertThat(billing.close(account)).isOne();
        billing.credits.expire(_ -> {});
    }
}
