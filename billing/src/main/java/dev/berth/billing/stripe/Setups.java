package dev.berth.billing.stripe;

import static dev.berth.schema.db.billing.Tables.PAYMENT_METHOD_SETUP;

import com.stripe.model.PaymentMethod;
import com.stripe.model.SetupIntent;
import com.stripe.model.checkout.Session;
import com.stripe.param.PaymentMethodDetachParams;
import com.stripe.param.SetupIntentRetrieveParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.payment.KeptMethods;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.db.billing.tables.records.PaymentMethodSetupRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.id.Uuid7;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Visits to the page on which a card is typed in, which is never Berth's but Stripe's Checkout in its mode {@code setup}. It leads to a
 * SetupIntent, and what became of it is read from there: when the customer comes back, when Stripe tells of it, and by the loop.
 * Thread-safe.
 */
@Component
public final class Setups {
    /** How long a visit may last. */
    static final Duration TIME = Duration.ofHours(2);

    /** How long after a pass the next one is made: a webhook tells of a visit before that. */
    private static final Duration PASS_EVERY = Duration.ofMinutes(1);

    private static final int MOST_OPEN = 10;
    private static final int PASS = 100;

    private final DSLContext dsl;
    private final StripeProperties properties;
    private final StripeApi api;
    private final StripeCustomers customers;
    private final ProviderCalls calls;
    private final KeptMethods methods;
    private final InstantSource clock;
    private volatile Instant nextPass = Instant.MIN;

    public Setups(
            DSLContext dsl,
            StripeProperties properties,
            StripeApi api,
            StripeCustomers customers,
            ProviderCalls calls,
            KeptMethods methods,
            @Qualifier("everybodysClock") InstantSource clock) {
        this.dsl = dsl;
        this.properties = properties;
        this.api = api;
        this.customers = customers;
        this.calls = calls;
        this.methods = methods;
        this.clock = clock;
    }

    /** Where a customer types in a card, and until when. */
    public record Visit(String url, Instant expiresAt) {}

    /**
     * Begins a visit.
     *
     * @throws Refusal {@code payment_provider_unavailable}, or {@code invalid} when too many are open
     */
    public Visit begin(AccountId account, boolean makeDefault) {
        Instant now = clock.instant();
        int open = dsl.fetchCount(
                PAYMENT_METHOD_SETUP,
                PAYMENT_METHOD_SETUP.ACCOUNT_ID.eq(account),
                PAYMENT_METHOD_SETUP.STATE.in("asked", "open"),
                PAYMENT_METHOD_SETUP.DEADLINE.gt(now));
        if (open >= MOST_OPEN || methods.of(dsl, account).size() >= KeptMethods.MOST) {
            throw Refusal.invalid(
                    "payment_method",
                    "an account has at most %d, and %d that are being added".formatted(KeptMethods.MOST, MOST_OPEN));
        }
        String customer = customers.ensure(account).orThrow(Setups::away);
        PaymentMethodSetupRecord row = new PaymentMethodSetupRecord();
        row.setSetupId(Uuid7.next());
        row.setAccountId(account);
        row.setState("asked");
        row.setMakeDefault(makeDefault);
        row.setReturnUrl(properties.page("/payment_methods?added=1"));
        row.setCreatedAt(now);
        row.setDeadline(now.plus(TIME));
        dsl.insertInto(PAYMENT_METHOD_SETUP).set(row).execute();
        Page page = checkout(row, customer).orThrow(Setups::away);
        dsl.update(PAYMENT_METHOD_SETUP)
                .set(PAYMENT_METHOD_SETUP.STATE, "open")
                .set(PAYMENT_METHOD_SETUP.REFERENCE, page.reference())
                .set(PAYMENT_METHOD_SETUP.URL, page.url())
                .where(PAYMENT_METHOD_SETUP.SETUP_ID.eq(row.getSetupId()), PAYMENT_METHOD_SETUP.STATE.eq("asked"))
                .execute();
        return new Visit(page.url(), row.getDeadline());
    }

    private record Page(String reference, String url) {}

    private Answer<Page> checkout(PaymentMethodSetupRecord row, String customer) {
        String key = key(row.getSetupId());
        calls.begin(key, "setup", row.getAccountId(), null);
        SessionCreateParams params = SessionCreateParams.builder()
                .setMode(SessionCreateParams.Mode.SETUP)
                .setCustomer(customer)
                .addPaymentMethodType(SessionCreateParams.PaymentMethodType.CARD)
                .setSuccessUrl(row.getReturnUrl())
                .setCancelUrl(properties.page("/payment_methods"))
                .setExpiresAt(row.getDeadline().getEpochSecond())
                .putMetadata(StripeCustomers.ACCOUNT, row.getAccountId().toString())
                .setSetupIntentData(SessionCreateParams.SetupIntentData.builder()
                        .putMetadata(StripeCustomers.ACCOUNT, row.getAccountId().toString())
                        .build())
                .build();
        return api.write("setup", key, (client, options) -> {
            Session session = client.v1().checkout().sessions().create(params, options);
            return new Page(session.getId(), session.getUrl());
        });
    }

    /** Looks what became of the visits of an account; what Stripe does not say now is seen later. */
    public void refresh(AccountId account) {
        open(PAYMENT_METHOD_SETUP.ACCOUNT_ID.eq(account), MOST_OPEN).forEach(this::look);
    }

    /**
     * Looks what became of all visits, and ends those that are over; once a minute, however often it is called.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return how many were looked at
     */
    public int pass(Consumer<DSLContext> fence) {
        Instant now = clock.instant();
        if (now.isBefore(nextPass)) {
            return 0;
        }
        nextPass = now.plus(PASS_EVERY);
        List<PaymentMethodSetupRecord> rows =
                open(PAYMENT_METHOD_SETUP.DEADLINE.lt(now.plus(TIME).minusSeconds(60)), PASS);
        for (PaymentMethodSetupRecord row : rows) {
            dsl.transaction(configuration -> fence.accept(configuration.dsl()));
            look(row);
        }
        return rows.size();
    }

    /** What Stripe told of. */
    public void observe(String reference) {
        open(PAYMENT_METHOD_SETUP.REFERENCE.eq(reference), 1).forEach(this::look);
    }

    /** The visit that led to a SetupIntent is found by its customer. */
    public void observeIntent(String intent) {
        if (read(intent) instanceof Answer.Done<SetupIntent>(SetupIntent known) && known.getCustomer() != null) {
            customers.accountOf(known.getCustomer()).ifPresent(this::refresh);
        }
    }

    /** Forgets a way to pay, at Stripe first. */
    public void remove(KeptMethods.Kept kept) {
        String key = "berth:payment_method:%s:detach".formatted(kept.id());
        calls.begin(key, "detach", kept.account(), null);
        Answer<PaymentMethod> detached = api.write(
                "detach",
                key,
                (client, options) -> client.v1()
                        .paymentMethods()
                        .detach(
                                kept.reference(),
                                PaymentMethodDetachParams.builder().build(),
                                options));
        if (!(detached instanceof Answer.Refused<PaymentMethod>)) { // refused: it is detached already
            detached.orThrow(Setups::away);
        }
        dsl.transaction(
                configuration -> methods.remove(configuration.dsl(), kept.account(), kept.id(), clock.instant()));
    }

    private List<PaymentMethodSetupRecord> open(org.jooq.Condition which, int limit) {
        return dsl.selectFrom(PAYMENT_METHOD_SETUP)
                .where(which, PAYMENT_METHOD_SETUP.STATE.in("asked", "open"))
                .orderBy(PAYMENT_METHOD_SETUP.CREATED_AT.desc())
                .limit(limit)
                .fetch();
    }

    private void look(PaymentMethodSetupRecord row) {
        boolean over = !clock.instant().isBefore(row.getDeadline());
        String reference = row.getReference();
        Optional<SetupIntent> intent = reference == null ? Optional.empty() : intentOf(reference);
        String method = intent.filter(known -> "succeeded".equals(known.getStatus()))
                .map(SetupIntent::getPaymentMethod)
                .orElse(null);
        if (method != null) {
            keep(row, method);
        } else if (over) {
            end(dsl, row, "ended", null);
        }
    }

    private Optional<SetupIntent> intentOf(String reference) {
        String id = ofSession(reference);
        return id != null && read(id) instanceof Answer.Done<SetupIntent>(SetupIntent intent)
                ? Optional.of(intent)
                : Optional.empty();
    }

    private @Nullable String ofSession(String session) {
        Answer<Optional<String>> read = api.read(
                "session",
                (client, options) -> Optional.ofNullable(client.v1()
                        .checkout()
                        .sessions()
                        .retrieve(session, SessionRetrieveParams.builder().build(), options)
                        .getSetupIntent()));
        return read instanceof Answer.Done<Optional<String>>(Optional<String> intent) ? intent.orElse(null) : null;
    }

    private Answer<SetupIntent> read(String intent) {
        return api.read(
                "setup.look",
                (client, options) -> client.v1()
                        .setupIntents()
                        .retrieve(intent, SetupIntentRetrieveParams.builder().build(), options));
    }

    private void keep(PaymentMethodSetupRecord row, String method) {
        Answer<PaymentMethod> read = api.read(
                "payment_method",
                (client, options) -> client.v1().paymentMethods().retrieve(method, options));
        if (!(read instanceof Answer.Done<PaymentMethod>(PaymentMethod known))) {
            return; // at the next look
        }
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            AccountId account = row.getAccountId();
            Instant now = AccountTime.shown(transaction, account).orElseGet(clock::instant); // when what is owed is due
            PaymentMethodId id = methods.keep(transaction, account, seen(known), row.getMakeDefault(), now);
            end(transaction, row, "succeeded", id);
        });
    }

    private void end(
            DSLContext transaction, PaymentMethodSetupRecord row, String state, @Nullable PaymentMethodId method) {
        transaction
                .update(PAYMENT_METHOD_SETUP)
                .set(PAYMENT_METHOD_SETUP.STATE, state)
                .set(PAYMENT_METHOD_SETUP.PAYMENT_METHOD_ID, method)
                .set(PAYMENT_METHOD_SETUP.FINISHED_AT, clock.instant())
                .where(
                        PAYMENT_METHOD_SETUP.SETUP_ID.eq(row.getSetupId()),
                        PAYMENT_METHOD_SETUP.STATE.in("asked", "open"))
                .execute();
    }

    private static KeptMethods.Seen seen(PaymentMethod method) {
        PaymentMethod.Card card = method.getCard();
        return card == null
                ? new KeptMethods.Seen(method.getId(), method.getType(), method.getType(), "", null, null)
                : new KeptMethods.Seen(
                        method.getId(),
                        method.getType(),
                        String.valueOf(card.getBrand()),
                        String.valueOf(card.getLast4()),
                        Math.toIntExact(card.getExpMonth()),
                        Math.toIntExact(card.getExpYear()));
    }

    private static String key(UUID setup) {
        return "berth:setup:" + setup;
    }

    private static Refusal away(String message) {
        return new Refusal(ErrorCode.PAYMENT_PROVIDER_UNAVAILABLE, "The payment provider did not do it: " + message);
    }
}
