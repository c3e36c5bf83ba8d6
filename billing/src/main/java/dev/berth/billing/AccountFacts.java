package dev.berth.billing;

import dev.berth.billing.customer.AccountListener;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.invoice.Periods;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountEvent;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Received;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;

/** What an account's events do in each room: the customer first, then its periods. */
final class AccountFacts implements Inbox.Handler {
    private final AccountListener listener;
    private final Customers customers;
    private final Periods periods;
    private final InstantSource clock;

    AccountFacts(AccountListener listener, Customers customers, Periods periods, InstantSource clock) {
        this.listener = listener;
        this.customers = customers;
        this.periods = periods;
        this.clock = clock;
    }

    @Override
    public void apply(DSLContext transaction, List<Received> events) {
        for (Received received : events) {
            AccountEvent event = (AccountEvent) received.envelope().event();
            AccountTime.within(transaction, Objects.requireNonNull(event.account()), () -> {
                apply(transaction, event, received.envelope().cause());
                return true;
            });
        }
    }

    private void apply(DSLContext transaction, AccountEvent event, Cause cause) {
        listener.apply(transaction, event);
        switch (event) {
            case AccountOpened opened ->
                customers
                        .find(transaction, opened.account())
                        .ifPresent(customer -> periods.open(transaction, customer));
            case AccountRenamed _, PlanChanged _ -> {}
            case AccountClosed closed ->
                customers
                        .find(transaction, closed.account())
                        .ifPresent(customer -> lastInvoice(transaction, customer, closed, cause));
        }
    }

    /** Closes the period at the account's end; what its containers use until they stop is on one small invoice at month end. */
    private void lastInvoice(DSLContext transaction, Customer customer, AccountClosed closed, Cause cause) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant at = closed.occurredAt().isAfter(now) ? now : closed.occurredAt();
        periods.close(transaction, customer, at, Periods.AskedBy.ACCOUNT_CLOSED, cause, now);
    }
}
