package dev.berth.billing.stripe;

import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static dev.berth.schema.db.billing.Tables.REFUND;

import com.stripe.model.Refund;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import dev.berth.billing.payment.PaymentProvider.PaidBack;
import dev.berth.billing.payment.RefundState;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.RefundId;
import java.time.Instant;
import java.util.ArrayList;
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
 * Refunds of PaymentIntents at Stripe. Paying back and looking up are one thing: the call depends on nothing but what is stored of the
 * refund, so that whoever is cut off anywhere makes it again, with the same key while Stripe keeps that, afterwards only once the refund
 * was not found by its metadata. Thread-safe.
 *
 * @see <a href="https://docs.stripe.com/api/refunds">Stripe: refunds</a>
 */
@Component
final class StripeRefunds {
    /** The metadata by which a refund leads back. */
    static final String METADATA = "berth_refund";

    private static final String NOTE = "berth_credit_note";
    private static final Logger LOG = LoggerFactory.getLogger(StripeRefunds.class);
    private static final long PAGE = 100;

    private final DSLContext dsl;
    private final StripeApi api;
    private final ProviderCalls calls;

    StripeRefunds(DSLContext dsl, StripeApi api, ProviderCalls calls) {
        this.dsl = dsl;
        this.api = api;
        this.calls = calls;
    }

    /**
     * A refund as Stripe is told of it.
     *
     * @param amountMinor in Berth's units
     * @param intent that took the money
     * @param reference of the refund at Stripe, null while that is not known
     */
    private record Order(
            RefundId refund,
            CreditNoteId note,
            PaymentId payment,
            InvoiceId invoice,
            AccountId account,
            String key,
            long amountMinor,
            String currency,
            String intent,
            @Nullable String reference) {}

    /** Goes on with a refund from wherever it is. */
    PaidBack payBack(String key) {
        Order order = order(key);
        Answer<Refund> answer = order.reference() == null ? create(order) : read(order.reference());
        return switch (answer) {
            case Answer.Done<Refund>(Refund refund) -> {
                calls.answered(order.key(), refund.getId());
                yield seen(order, refund);
            }
            case Answer.Refused<Refund> refused ->
                order.reference() == null
                        ? new PaidBack.Refused(refused.code(), refused.message())
                        : new PaidBack.Unknown(refused.message());
            case Answer.KeyTaken<Refund>(String message) -> new PaidBack.Unknown(message);
            case Answer.Unknown<Refund>(String message) -> new PaidBack.Unknown(message);
        };
    }

    /** Looks at a refund that Stripe told of; empty when it is none of this installation's. */
    Optional<StripeProvider.ObservedRefund> observe(String id) {
        Answer<Refund> read = read(id);
        return read instanceof Answer.Refused<Refund> ? Optional.empty() : observed(read.orElseThrowUnknown());
    }

    /** Looks at all refunds of a charge that Stripe told of. */
    List<StripeProvider.ObservedRefund> ofCharge(String charge) {
        Answer<List<Refund>> read = api.read("refund.of_charge", (client, options) -> {
            List<Refund> all = new ArrayList<>();
            client.v1()
                    .refunds()
                    .list(
                            RefundListParams.builder()
                                    .setCharge(charge)
                                    .setLimit(PAGE)
                                    .build(),
                            options)
                    .autoPagingIterable()
                    .forEach(all::add);
            return all;
        });
        return read instanceof Answer.Refused<List<Refund>>
                ? List.of()
                : read.orElseThrowUnknown().stream()
                        .flatMap(refund -> observed(refund).stream())
                        .toList();
    }

    /** Makes it, or finds the one that was made when its answer was lost too long ago to ask again. */
    private Answer<Refund> create(Order order) {
        Instant askedAt = calls.begin(order.key(), "refund", order.account(), order.payment());
        if (calls.repeatable(askedAt)) {
            Answer<Refund> made = api.write(
                    "refund",
                    order.key(),
                    (client, options) -> client.v1().refunds().create(params(order), options));
            if (!(made instanceof Answer.KeyTaken<Refund>)) {
                return made;
            }
        }
        Answer<Optional<Refund>> found = find(order);
        return found instanceof Answer.Done<Optional<Refund>>(Optional<Refund> refund)
                ? refund.<Answer<Refund>>map(Answer.Done::new)
                        .orElseGet(() -> new Answer.Refused<>(
                                "never_arrived", "The call did not reach the provider in time.", null))
                : new Answer.Unknown<>("Stripe did not say whether the refund was made");
    }

    private static RefundCreateParams params(Order order) {
        return RefundCreateParams.builder()
                .setPaymentIntent(order.intent())
                .setAmount(StripeAmounts.toStripe(order.amountMinor(), order.currency()))
                .setReason(RefundCreateParams.Reason.REQUESTED_BY_CUSTOMER)
                .putMetadata(StripeCustomers.ACCOUNT, order.account().toString())
                .putMetadata(Intents.INVOICE, order.invoice().toString())
                .putMetadata(Intents.PAYMENT, order.payment().toString())
                .putMetadata(NOTE, order.note().toString())
                .putMetadata(METADATA, order.refund().toString())
                .build();
    }

    private Answer<Refund> read(String id) {
        return api.read(
                "refund.read", (client, options) -> client.v1().refunds().retrieve(id, options));
    }

    /** By what it leads back to. The list is consistent. */
    private Answer<Optional<Refund>> find(Order order) {
        return api.read("refund.look_up", (client, options) -> {
            RefundListParams params = RefundListParams.builder()
                    .setPaymentIntent(order.intent())
                    .setLimit(PAGE)
                    .build();
            for (Refund refund : client.v1().refunds().list(params, options).autoPagingIterable()) {
                if (refund.getMetadata() != null
                        && order.refund().toString().equals(refund.getMetadata().get(METADATA))) {
                    return Optional.of(refund);
                }
            }
            return Optional.empty();
        });
    }

    private Optional<StripeProvider.ObservedRefund> observed(Refund refund) {
        String text = refund.getMetadata() == null ? null : refund.getMetadata().get(METADATA);
        Optional<Order> order = Optional.empty();
        try {
            order = Optional.ofNullable(text).map(RefundId::parse).flatMap(this::find);
        } catch (IllegalArgumentException e) {
            // another's metadata of the same name
        }
        if (order.isEmpty() && ours(refund.getPaymentIntent())) {
            LOG.atError()
                    .addKeyValue("refund", refund.getId())
                    .addKeyValue("intent", refund.getPaymentIntent())
                    .log("a payment was paid back at Stripe by hand, which the books do not know; somebody must look");
        }
        return order.map(known -> new StripeProvider.ObservedRefund(known.refund(), seen(known, refund)));
    }

    private boolean ours(@Nullable String intent) {
        return intent != null && dsl.fetchExists(PAYMENT, PAYMENT.REFERENCE.eq(intent));
    }

    private static PaidBack seen(Order order, Refund refund) {
        boolean same = refund.getAmount() != null
                && refund.getAmount() == StripeAmounts.toStripe(order.amountMinor(), order.currency())
                && order.currency().toLowerCase(Locale.ROOT).equals(refund.getCurrency());
        if (!same) {
            LOG.atError()
                    .addKeyValue("refund", order.refund())
                    .addKeyValue("reference", refund.getId())
                    .log("Stripe paid back another amount than was asked for; somebody must look");
            return new PaidBack.Unknown("Stripe paid back another amount than was asked for.");
        }
        return switch (String.valueOf(refund.getStatus())) {
            case "succeeded" -> new PaidBack.Seen(RefundState.SUCCEEDED, refund.getId(), "", "");
            case "pending" -> new PaidBack.Seen(RefundState.PENDING, refund.getId(), "", "");
            case "requires_action" -> new PaidBack.Seen(RefundState.REQUIRES_ACTION, refund.getId(), "", "");
            case "failed" -> {
                String why = refund.getFailureReason() == null ? "unknown" : refund.getFailureReason();
                yield new PaidBack.Seen(RefundState.FAILED, refund.getId(), why, message(why));
            }
            case "canceled" ->
                new PaidBack.Seen(
                        RefundState.CANCELED, refund.getId(), "canceled", "It was called back before it was paid.");
            // what Stripe adds one day
            default -> new PaidBack.Unknown("The refund is %s.".formatted(refund.getStatus()));
        };
    }

    private static String message(String why) {
        return switch (why) {
            case "expired_or_canceled_card" -> "The card has expired or was cancelled.";
            case "lost_or_stolen_card" -> "The card was lost or stolen.";
            case "insufficient_funds" -> "The seller's balance did not suffice.";
            case "declined" -> "The bank declined it.";
            default -> "The bank could not hand it on.";
        };
    }

    private Order order(String key) {
        return fetch(REFUND.IDEMPOTENCY_KEY.eq(key))
                .orElseThrow(() -> new IllegalStateException("there is no refund for " + key));
    }

    private Optional<Order> find(RefundId id) {
        return fetch(REFUND.REFUND_ID.eq(id));
    }

    private Optional<Order> fetch(Condition which) {
        return dsl.select()
                .from(REFUND)
                .join(PAYMENT)
                .on(PAYMENT.PAYMENT_ID.eq(REFUND.PAYMENT_ID))
                .where(which, REFUND.PROVIDER.eq(StripeProvider.NAME))
                .fetchOptional(row -> new Order(
                        row.get(REFUND.REFUND_ID),
                        row.get(REFUND.CREDIT_NOTE_ID),
                        row.get(REFUND.PAYMENT_ID),
                        row.get(REFUND.INVOICE_ID),
                        row.get(REFUND.ACCOUNT_ID),
                        row.get(REFUND.IDEMPOTENCY_KEY),
                        row.get(REFUND.AMOUNT_MINOR),
                        row.get(REFUND.CURRENCY),
                        row.get(PAYMENT.REFERENCE),
                        row.get(REFUND.REFERENCE)));
    }
}
