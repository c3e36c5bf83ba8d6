package dev.berth.billing;

import dev.berth.billing.cap.CapProperties;
import dev.berth.billing.cap.Caps;
import dev.berth.billing.catalog.PriceBooks;
import dev.berth.billing.credit.Credits;
import dev.berth.billing.customer.AccountListener;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.CallerResolver;
import dev.berth.billing.edge.IdentityFilter;
import dev.berth.billing.edge.Inboxes;
import dev.berth.billing.invoice.CloseRequests;
import dev.berth.billing.invoice.Closing;
import dev.berth.billing.invoice.InvoiceProperties;
import dev.berth.billing.invoice.Periods;
import dev.berth.billing.notice.NoticeWorker;
import dev.berth.billing.notice.Reconciliation;
import dev.berth.billing.payment.ManualProvider;
import dev.berth.billing.payment.PaymentProvider;
import dev.berth.billing.payment.Payments;
import dev.berth.billing.payment.Refunds;
import dev.berth.billing.rating.UsageListener;
import dev.berth.billing.standing.Dunning;
import dev.berth.billing.standing.DunningProperties;
import dev.berth.billing.stripe.Setups;
import dev.berth.billing.stripe.StripeProperties;
import dev.berth.billing.stripe.StripeProvider;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.billing.testclock.TestClocks;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.Consumer;
import dev.berth.schema.Service;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.OutboxRelay;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.DeserializationFeature;

/** What the rooms share, the consumers, and the loops. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    BillingProperties.class,
    InvoiceProperties.class,
    DunningProperties.class,
    StripeProperties.class,
    SellerProperties.class
})
class Wiring {
    /** How long an outbox row stays after all have read it. */
    private static final Duration RETENTION = Duration.ofDays(7);

    /** Everybody's time: of leases, signatures and providers. */
    @Bean
    @ConditionalOnMissingBean
    InstantSource everybodysClock() {
        return InstantSource.system();
    }

    /** The time of whom is worked for. */
    @Bean
    @Primary
    AccountTime clock(@Qualifier("everybodysClock") InstantSource everybodys) {
        return new AccountTime(everybodys);
    }

    /** As in every service, but a field that is unknown is refused: a misspelt one must not be ignored where money is. */
    @Bean
    JsonMapperBuilderCustomizer json() {
        return builder -> Json.configure(builder).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    @Bean
    IdentityFilter identityFilter(
            @Value("${berth.identity-secret}") String secret,
            DSLContext dsl,
            @Qualifier("everybodysClock") InstantSource clock) {
        return new IdentityFilter(new IdentitySigner(secret, clock), dsl);
    }

    @Bean
    WebMvcConfigurer callers() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerResolver());
            }
        };
    }

    /** Plain, without Spring's transactions: each transaction is where it says so. Made after the migrations. */
    @Bean
    DSLContext dsl(DataSource dataSource) {
        return DSL.using(dataSource, SQLDialect.POSTGRES);
    }

    /** Takes the context so that whatever uses the wire starts after the migrations. */
    @Bean
    Wire wire(
            @Value("${berth.kafka}") String bootstrapServers,
            DataSource dataSource,
            DSLContext migrated,
            @Qualifier("everybodysClock") InstantSource clock,
            MeterRegistry meters) {
        return new Wire(Service.BILLING, bootstrapServers, dataSource, clock, meters);
    }

    @Bean
    Outbox outbox() {
        return new Outbox(Service.BILLING);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    OutboxRelay relay(Wire wire) {
        return new OutboxRelay(wire, RETENTION);
    }

    @Bean
    PriceBooks priceBooks(DSLContext dsl, InstantSource clock, BillingProperties properties) {
        PriceBooks books = new PriceBooks(dsl, clock);
        books.load(properties.priceBooks());
        return books;
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Inbox accountInbox(Wire wire, AccountListener listener, Customers customers, Periods periods, InstantSource clock) {
        return new Inbox(wire, Consumer.BILLING_CUSTOMER, new AccountFacts(listener, customers, periods, clock));
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Inbox usageInbox(Wire wire, UsageListener listener) {
        return new Inbox(wire, Consumer.BILLING_RATING, listener::apply);
    }

    @Bean
    Inboxes inboxes(Inbox accountInbox, Inbox usageInbox) {
        return new Inboxes(Map.of(
                Consumer.BILLING_CUSTOMER.groupName(), accountInbox, Consumer.BILLING_RATING.groupName(), usageInbox));
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    LeasedLoop closingLoop(
            Wire wire,
            BillingProperties properties,
            CloseRequests requests,
            Closing closing,
            Payments payments,
            Refunds refunds,
            Credits credits) {
        return new LeasedLoop(
                "closing",
                new Lease(wire, "billing.closing", properties.lease()),
                properties.lease(),
                properties.closingInterval(),
                fence -> {
                    boolean more = requests.pass(fence);
                    int closed = closing.pass(fence);
                    payments.janitor(fence);
                    refunds.janitor(fence);
                    credits.expire(fence);
                    return more || closed == Closing.PASS;
                });
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    LeasedLoop dunningLoop(Wire wire, BillingProperties properties, Dunning dunning) {
        return new LeasedLoop(
                "dunning",
                new Lease(wire, "billing.dunning", properties.lease()),
                properties.lease(),
                properties.dunningInterval(),
                fence -> {
                    Instant now = wire.clock().instant();
                    dunning.pass(now, Cause.platform(now), fence);
                    return false;
                });
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    LeasedLoop capLoop(Wire wire, BillingProperties properties, CapProperties capProperties, Caps caps) {
        return new LeasedLoop(
                "caps",
                new Lease(wire, "billing.cap", properties.lease()),
                properties.lease(),
                capProperties.interval(),
                fence -> {
                    caps.pass(fence);
                    return false;
                });
    }

    /** Moves test clocks: at each moment on the way what the other loops do, for the account on the clock alone. */
    @Bean(initMethod = "start", destroyMethod = "close")
    LeasedLoop testClockLoop(Wire wire, BillingProperties properties, TestClocks clocks, TestClocks.Passes passes) {
        return new LeasedLoop(
                "test clocks",
                new Lease(wire, "billing.test_clock", properties.lease()),
                properties.lease(),
                properties.closingInterval(),
                fence -> clocks.pass(passes, fence));
    }

    @Bean
    TestClocks.Passes passes(
            Closing closing, Payments payments, Refunds refunds, Credits credits, Dunning dunning, Caps caps) {
        return (now, fence) -> {
            closing.pass(fence);
            payments.collect(fence);
            payments.janitor(fence);
            refunds.janitor(fence);
            credits.expire(fence);
            dunning.pass(now, Cause.platform(now), fence);
            caps.pass(fence);
        };
    }

    /** Who takes the money: Stripe where it is set up, otherwise the operator by hand. */
    @Bean
    @Primary
    PaymentProvider paymentProvider(StripeProperties properties, StripeProvider stripe, ManualProvider manual) {
        return properties.enabled() ? stripe : manual;
    }

    /** What is paid by itself, what Stripe told, and what it did not; without Stripe there is nothing to do. */
    @Bean(initMethod = "start", destroyMethod = "close")
    LeasedLoop collectingLoop(
            Wire wire,
            BillingProperties properties,
            StripeProperties stripe,
            Payments payments,
            NoticeWorker notices,
            Setups setups,
            Reconciliation reconciliation) {
        return new LeasedLoop(
                "collecting",
                new Lease(wire, "billing.collecting", properties.lease()),
                properties.lease(),
                properties.closingInterval(),
                fence -> {
                    if (stripe.enabled()) {
                        notices.pass(fence);
                        payments.collect(fence);
                        setups.pass(fence);
                        reconciliation.passIfDue(fence);
                    }
                    return false;
                });
    }

    /** Events of Stripe's that nobody looked at yet, and those of another version: somebody should look. */
    @Bean
    MeterBinder noticeMeters(NoticeWorker notices) {
        return registry -> {
            Gauge.builder("berth.billing.stripe.waiting", notices::waiting).register(registry);
            Gauge.builder("berth.billing.stripe.quarantined", notices::quarantined)
                    .register(registry);
        };
    }

    /** Periods that are over and have no invoice yet, and those of them whose last attempt failed: somebody should look. */
    @Bean
    MeterBinder periodMeters(DSLContext dsl, Periods periods) {
        return registry -> {
            Gauge.builder("berth.billing.periods.waiting", () -> periods.waiting(dsl, false))
                    .register(registry);
            Gauge.builder("berth.billing.periods.failing", () -> periods.waiting(dsl, true))
                    .register(registry);
        };
    }
}
