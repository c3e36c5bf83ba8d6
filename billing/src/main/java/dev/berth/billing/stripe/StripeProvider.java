package dev.berth.billing.stripe;

import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static dev.berth.schema.db.billing.Tables.PAYMENT_METHOD;

import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeError;
import dev.berth.billing.payment.PaymentProvider;
import dev.berth.billing.payment.PaymentState;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.RefundId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes money by Stripe's PaymentIntents, one for each attempt. Charging and looking up are one thing: {@link #drive} goes on from
 * wherever the attempt is, with the same keys, so that whoever is cut off anywhere simply does it again.
 *
 * <pre>
 * charge        create the intent and confirm it, without the customer unless they asked for it
 * authenticate  the bank wants the customer: confirm once more, which gives the URL
 * cancel        before an attempt is called failed, its intent is cancelled: what failed cannot take money later
 * </pre>
 *
 * Thread-safe.
 */
@Component
public final class StripeProvider implements PaymentProvider {
    /** The name. */
    public static final String NAME = "stripe";

    private static final Logger LOG = LoggerFactory.getLogger(StripeProvider.class);
    private static final int MOST_STEPS = 6;

    private final DSLContext dsl;
    private final StripeProperties properties;
    private final StripeCustomers customers;
    private final Intents intents;
    private final ProviderCalls calls;
    private final StripeRefunds refunds;

    StripeProvider(
            DSLContext dsl,
            StripeProperties properties,
            StripeCustomers customers,
            Intents intents,
            ProviderCalls calls,
            StripeRefunds refunds) {
        this.dsl = dsl;
        this.properties = properties;
        this.customers = customers;
        this.intents = intents;
        this.calls = calls;
        this.refunds = refunds;
    }

    /** What an intent at Stripe says of an attempt here. */
    public record Observed(PaymentId payment, Outcome outcome) {}

    /** What a refund at Stripe says of one here. */
    public record ObservedRefund(RefundId refund, PaidBack seen) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Outcome charge(Charge charge) {
        return drive(order(charge.idempotencyKey()), false);
    }

    @Override
    public Outcome lookUp(String idempotencyKey) {
        return drive(order(idempotencyKey), false);
    }

    @Override
    public Outcome abandon(String idempotencyKey) {
        return drive(order(idempotencyKey), true);
    }

    @Override
    public boolean keepsMethods() {
        return true;
    }

    @Override
    public long chargeable(long amountMinor, String currency) {
        return StripeAmounts.chargeable(amountMinor, currency);
    }

    @Override
    public String returnUrl(InvoiceId invoice) {
        return properties.page("/invoices/" + invoice);
    }

    @Override
    public PaidBack payBack(String idempotencyKey) {
        return refunds.payBack(idempotencyKey);
    }

    /** Looks at a refund that Stripe told of; empty when it is none of this installation's. */
    public Optional<ObservedRefund> observeRefund(String refund) {
        return refunds.observe(refund);
    }

    /** Looks at what Stripe paid back of a charge that it told of. */
    public List<ObservedRefund> observeCharge(String charge) {
        return refunds.ofCharge(charge);
    }

    /** Looks at an intent that Stripe told of; empty when it is no attempt of this installation's. */
    public Optional<Observed> observe(String intent) {
        Answer<PaymentIntent> read = intents.read(intent);
        if (read instanceof Answer.Refused<PaymentIntent>) {
            return Optional.empty();
        }
        PaymentIntent now = read.orElseThrowUnknown();
        return payment(now)
                .flatMap(payment -> find(PAYMENT.PAYMENT_ID.eq(payment)))
                .map(order -> new Observed(order.payment(), seen(order, now)));
    }

    /**
     * What an intent says when nobody is at it: only what is certain. A decline is left to whoever is at the attempt, unless the
     * customer was asked and nobody is.
     */
    private Outcome seen(Intents.Order order, PaymentIntent intent) {
        return switch (intent.getStatus()) {
            case "succeeded" -> succeeded(order, intent);
            case "canceled", "requires_payment_method" ->
                waitsForCustomer(order) ? drive(order, false) : new Outcome.Unknown("The attempt is being made.");
            default -> new Outcome.Unknown("The intent is %s.".formatted(intent.getStatus()));
        };
    }

    private boolean waitsForCustomer(Intents.Order order) {
        return dsl.fetchExists(
                PAYMENT, PAYMENT.PAYMENT_ID.eq(order.payment()), PAYMENT.STATE.eq(PaymentState.REQUIRES_ACTION.text()));
    }

    /** Goes on with an attempt from wherever it is. */
    private Outcome drive(Intents.Order order, boolean abandon) {
        Answer<PaymentIntent> answer = order.reference() == null ? create(order) : intents.read(order.reference());
        StripeError error = null;
        for (int step = 0; step < MOST_STEPS; step++) {
            PaymentIntent intent;
            switch (answer) {
                case Answer.Done<PaymentIntent>(PaymentIntent done) -> intent = done;
                case Answer.Refused<PaymentIntent> refused -> {
                    if (refused.intent() == null) {
                        return order.reference() == null && calls.reference(order.key()) == null
                                ? new Outcome.Declined(refused.code(), refused.message()) // no intent was made
                                : new Outcome.Unknown(refused.message());
                    }
                    intent = refused.intent();
                }
                case Answer.KeyTaken<PaymentIntent>(String message) -> {
                    return new Outcome.Unknown(message);
                }
                case Answer.Unknown<PaymentIntent>(String message) -> {
                    return new Outcome.Unknown(message);
                }
            }
            remember(order, intent);
            error = intent.getLastPaymentError() == null ? error : intent.getLastPaymentError();
            switch (intent.getStatus()) {
                case "succeeded" -> {
                    return succeeded(order, intent);
                }
                case "canceled" -> {
                    return declined(error, abandon);
                }
                case "requires_action" -> {
                    String url = url(intent);
                    if (!abandon && url != null) {
                        return new Outcome.ActionRequired(intent.getId(), url);
                    }
                    answer = cancel(order, intent);
                }
                case "requires_payment_method", "requires_confirmation", "requires_capture" ->
                    answer = mayAuthenticate(order, intent, abandon)
                            ? authenticate(order, intent)
                            : cancel(order, intent);
                default -> { // processing, or what Stripe adds one day
                    return new Outcome.Unknown("The intent is %s.".formatted(intent.getStatus()));
                }
            }
        }
        return new Outcome.Unknown("The intent does not come to rest.");
    }

    /** Makes the intent, or finds the one that was made when its answer was lost too long ago to ask again. */
    private Answer<PaymentIntent> create(Intents.Order order) {
        Answer<String> customer = customers.ensure(order.account());
        if (!(customer instanceof Answer.Done<String>(String at))) {
            return new Answer.Unknown<>("Stripe does not know the customer yet");
        }
        Instant askedAt = calls.begin(order.key(), "charge", order.account(), order.payment());
        if (calls.repeatable(askedAt)) {
            Answer<PaymentIntent> made = intents.create(order, at);
            if (!(made instanceof Answer.KeyTaken<PaymentIntent>)) {
                return made;
            }
        }
        return switch (intents.find(order, at, askedAt)) {
            case Answer.Done<Optional<PaymentIntent>>(Optional<PaymentIntent> found) ->
                found.<Answer<PaymentIntent>>map(Answer.Done::new)
                        .orElseGet(() -> new Answer.Refused<>(
                                "never_arrived", "The call did not reach the provider in time.", null));
            case Answer.Refused<Optional<PaymentIntent>> refused -> new Answer.Unknown<>(refused.message());
            case Answer.KeyTaken<Optional<PaymentIntent>> taken -> new Answer.Unknown<>(taken.message());
            case Answer.Unknown<Optional<PaymentIntent>> unknown -> new Answer.Unknown<>(unknown.message());
        };
    }

    private boolean mayAuthenticate(Intents.Order order, PaymentIntent intent, boolean abandon) {
        return !abandon
                && !order.customerPresent()
                && order.returnUrl() != null
                && intent.getLastPaymentError() != null
                && "authentication_required".equals(code(intent.getLastPaymentError()))
                && calls.reference(order.key("authenticate")) == null;
    }

    private Answer<PaymentIntent> authenticate(Intents.Order order, PaymentIntent intent) {
        String key = order.key("authenticate");
        if (!calls.repeatable(calls.begin(key, "authenticate", order.account(), order.payment()))) {
            return cancel(order, intent);
        }
        Answer<PaymentIntent> asked = intents.authenticate(order, intent.getId());
        if (asked instanceof Answer.Unknown<PaymentIntent>) {
            return asked;
        }
        calls.answered(key, intent.getId());
        return asked instanceof Answer.Done<PaymentIntent> ? asked : cancel(order, intent);
    }

    /** Cancels; one that cannot be cancelled any more is looked at again. */
    private Answer<PaymentIntent> cancel(Intents.Order order, PaymentIntent intent) {
        calls.begin(order.key("cancel"), "cancel", order.account(), order.payment());
        Answer<PaymentIntent> cancelled = intents.cancel(order, intent.getId());
        return cancelled instanceof Answer.Refused<PaymentIntent> ? intents.read(intent.getId()) : cancelled;
    }

    private Outcome succeeded(Intents.Order order, PaymentIntent intent) {
        long asked = StripeAmounts.toStripe(order.amountMinor(), order.currency());
        boolean same = intent.getAmountReceived() != null
                && intent.getAmountReceived() == asked
                && order.currency().toLowerCase(Locale.ROOT).equals(intent.getCurrency());
        if (!same) {
            LOG.atError()
                    .addKeyValue("payment", order.payment())
                    .addKeyValue("intent", intent.getId())
                    .log("Stripe took another amount than was asked for; somebody must look");
            return new Outcome.Unknown("Stripe took another amount than was asked for.");
        }
        return new Outcome.Succeeded(intent.getId());
    }

    private static Outcome declined(@Nullable StripeError error, boolean abandon) {
        String code = error == null ? null : code(error);
        if (error != null && code != null && !(code.equals("authentication_required") && abandon)) {
            return new Outcome.Declined(code, error.getMessage() == null ? "It was declined." : error.getMessage());
        }
        return abandon
                ? new Outcome.Declined("authentication_expired", "Nobody confirmed the payment in time.")
                : new Outcome.Declined("canceled", "The attempt was ended before it took money.");
    }

    private static @Nullable String code(StripeError error) {
        return error.getDeclineCode() == null ? error.getCode() : error.getDeclineCode();
    }

    private static @Nullable String url(PaymentIntent intent) {
        PaymentIntent.NextAction next = intent.getNextAction();
        return next == null || next.getRedirectToUrl() == null
                ? null
                : next.getRedirectToUrl().getUrl();
    }

    private void remember(Intents.Order order, PaymentIntent intent) {
        if (order.reference() == null) {
            calls.answered(order.key(), intent.getId());
            dsl.update(PAYMENT)
                    .set(PAYMENT.REFERENCE, intent.getId())
                    .where(PAYMENT.PAYMENT_ID.eq(order.payment()), PAYMENT.REFERENCE.isNull())
                    .execute();
        }
    }

    private static Optional<PaymentId> payment(PaymentIntent intent) {
        String text = intent.getMetadata() == null ? null : intent.getMetadata().get(Intents.PAYMENT);
        try {
            return Optional.ofNullable(text).map(PaymentId::parse);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // another's metadata of the same name
        }
    }

    private Intents.Order order(String key) {
        return find(PAYMENT.IDEMPOTENCY_KEY.eq(key))
                .orElseThrow(() -> new IllegalStateException("there is no attempt for " + key));
    }

    private Optional<Intents.Order> find(Condition which) {
        return dsl.select()
                .from(PAYMENT)
                .join(PAYMENT_METHOD)
                .on(PAYMENT_METHOD.PAYMENT_METHOD_ID.eq(PAYMENT.PAYMENT_METHOD_ID))
                .where(which)
                .fetchOptional(row -> new Intents.Order(
                        row.get(PAYMENT.PAYMENT_ID),
                        row.get(PAYMENT.INVOICE_ID),
                        row.get(PAYMENT.ACCOUNT_ID),
                        row.get(PAYMENT.ATTEMPT),
                        row.get(PAYMENT.IDEMPOTENCY_KEY),
                        row.get(PAYMENT.AMOUNT_MINOR),
                        row.get(PAYMENT.CURRENCY),
                        row.get(PAYMENT_METHOD.REFERENCE),
                        row.get(PAYMENT.CUSTOMER_PRESENT),
                        row.get(PAYMENT.RETURN_URL),
                        row.get(PAYMENT.REFERENCE)));
    }
}
