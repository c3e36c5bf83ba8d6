package dev.berth.billing.customer;

import dev.berth.billing.catalog.PriceBooks;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountEvent;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.account.PlanChanged;
import java.time.Instant;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** What becomes of an account's events here. Each may come again. */
@Component
public final class AccountListener {
    private final Customers customers;
    private final PriceBooks books;

    public AccountListener(Customers customers, PriceBooks books) {
        this.customers = customers;
        this.books = books;
    }

    /** Prices are never changed in the midst of a month: those of another plan count from the next one on. */
    private void planChanged(DSLContext transaction, PlanChanged changed) {
        Customer customer = customers.known(transaction, changed.account());
        Instant at = AccountTime.shown(transaction, changed.account()).orElse(changed.occurredAt());
        String book = books.forPlan(changed.plan(), customer.currency(), changed.occurredAt())
                .orElseGet(customer::priceBook);
        Instant nextMonth = customer.calendar().monthOf(at).end();
        customers.planChanged(transaction, customer, changed.plan(), nextMonth, book);
    }

    /**
     * Opens, renames, changes or closes the customer.
     *
     * @throws IllegalStateException if an account opens in a currency that has no prices; replay it once it has
     * @throws java.time.DateTimeException if its zone is unknown
     */
    public void apply(DSLContext transaction, AccountEvent event) {
        switch (event) {
            case AccountOpened opened -> {
                String book = books.forPlan(opened.plan(), opened.currency(), opened.occurredAt())
                        .orElseThrow(() -> new IllegalStateException(
                                "no price book in %s: publish one and replay this event".formatted(opened.currency())));
                customers.opened(transaction, opened, book);
            }
            case AccountRenamed renamed -> customers.renamed(transaction, renamed);
            case PlanChanged changed -> planChanged(transaction, changed);
            case AccountClosed closed -> customers.closed(transaction, closed);
        }
    }
}
