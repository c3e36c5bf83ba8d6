package dev.berth.billing.notice;

import dev.berth.billing.payment.Disputes;
import dev.berth.billing.payment.Payments;
import dev.berth.billing.payment.Refunds;
import dev.berth.billing.stripe.Answer;
import dev.berth.billing.stripe.Setups;
import dev.berth.billing.stripe.StripeDisputes;
import dev.berth.billing.stripe.StripeProvider;
import dev.berth.schema.db.billing.tables.records.ProviderEventRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Looks at what events tell of. What an event says is never believed: the object is fetched as it is now, so that an old event that
 * comes late can take nothing back. Each step may be done again. Thread-safe.
 */
@Component
public final class NoticeWorker {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeWorker.class);
    private static final int PASS = 100;

    private final DSLContext dsl;
    private final Notices notices;
    private final StripeProvider provider;
    private final Payments payments;
    private final Setups setups;
    private final StripeDisputes disputesThere;
    private final Disputes disputes;
    private final Refunds refunds;

    NoticeWorker(
            DSLContext dsl,
            Notices notices,
            StripeProvider provider,
            Payments payments,
            Setups setups,
            StripeDisputes disputesThere,
            Disputes disputes,
            Refunds refunds) {
        this.disputesThere = disputesThere;
        this.disputes = disputes;
        this.refunds = refunds;
        this.dsl = dsl;
        this.notices = notices;
        this.provider = provider;
        this.payments = payments;
        this.setups = setups;
    }

    /**
     * Looks at all that are due.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return how many were done with
     */
    public int pass(Consumer<DSLContext> fence) {
        int done = 0;
        for (ProviderEventRecord event : notices.due(PASS)) {
            dsl.transaction(configuration -> fence.accept(configuration.dsl()));
            try {
                boolean ours = look(event);
                notices.finished(dsl, event.getEventReference(), ours ? "applied" : "ignored");
                done++;
            } catch (Answer.ProviderAway e) {
                notices.failed(event, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.atError()
                        .addKeyValue("event", event.getEventReference())
                        .addKeyValue("type", event.getType())
                        .setCause(e)
                        .log("an event of Stripe's could not be looked at; it is tried again");
                notices.failed(event, e.getClass().getSimpleName());
            }
        }
        return done;
    }

    private boolean dispute(String id) {
        Optional<Disputes.Seen> seen = disputesThere.read(id);
        Disputes.Result result = seen.isEmpty() ? Disputes.Result.NOT_OURS : disputes.observed(seen.get());
        if (result == Disputes.Result.TOO_EARLY) {
            throw new Answer.ProviderAway("the payment that is contested has no result here yet");
        }
        return result == Disputes.Result.WRITTEN;
    }

    private boolean paidBack(List<StripeProvider.ObservedRefund> seen) {
        seen.forEach(one -> refunds.observed(one.refund(), one.seen()));
        return !seen.isEmpty();
    }

    /** How many events wait in quarantine for somebody to look. */
    public int quarantined() {
        return notices.count("quarantined");
    }

    /** How many events were not looked at yet. */
    public int waiting() {
        return notices.count("received");
    }

    /** Whether it was about something of this installation's. */
    private boolean look(ProviderEventRecord event) {
        String id = event.getObjectId();
        return switch (event.getObjectType()) {
            case "payment_intent" -> {
                Optional<StripeProvider.Observed> observed = provider.observe(id);
                observed.ifPresent(seen -> payments.observed(seen.payment(), seen.outcome()));
                yield observed.isPresent();
            }
            case "setup_intent" -> {
                setups.observeIntent(id);
                yield true;
            }
            case "checkout.session" -> {
                setups.observe(id);
                yield true;
            }
            case "dispute" -> dispute(id);
            case "refund" -> paidBack(provider.observeRefund(id).stream().toList());
            case "charge" -> event.getType().equals("charge.refunded") && paidBack(provider.observeCharge(id));
            default -> false;
        };
    }
}
