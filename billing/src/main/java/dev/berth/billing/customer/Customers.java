package dev.berth.billing.customer;

import static dev.berth.schema.db.billing.Tables.CUSTOMER;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.db.billing.tables.records.CustomerRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** The customers in the database. Thread-safe. */
@Component
public final class Customers {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration STEP = Duration.ofMillis(25);
    private static final String NEVER_OPENED = "%s was never opened here: replay its opening first";
    private static final TypeReference<TreeMap<Instant, String>> BOOKS = new TypeReference<>() {};

    private final DSLContext dsl;

    public Customers(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** The customer, empty while its AccountOpened has not arrived. */
    public Optional<Customer> find(AccountId account) {
        return find(dsl, account);
    }

    /** As {@link #find(AccountId)}, inside a transaction. */
    public Optional<Customer> find(DSLContext transaction, AccountId account) {
        return transaction
                .selectFrom(CUSTOMER)
                .where(CUSTOMER.ACCOUNT_ID.eq(account))
                .fetchOptional(Customers::read);
    }

    /**
     * The customer; an account that signed up a moment ago is waited for, since its event takes milliseconds.
     *
     * @throws Refusal {@code account_not_ready} after 3 s
     */
    public Customer require(AccountId account) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<Customer> customer = find(account);
            if (customer.isPresent()) {
                return customer.get();
            }
            if (System.nanoTime() >= deadline) {
                throw new Refusal(ErrorCode.ACCOUNT_NOT_READY, "Billing has not heard of %s yet.".formatted(account));
            }
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refusal(ErrorCode.UNAVAILABLE, "Billing is stopping.");
            }
        }
    }

    /** A page of customers in the order of their ids, after one. */
    public List<Customer> page(@Nullable AccountId after, int limit) {
        return dsl.selectFrom(CUSTOMER)
                .where(after == null ? DSL.noCondition() : CUSTOMER.ACCOUNT_ID.gt(after))
                .orderBy(CUSTOMER.ACCOUNT_ID)
                .limit(limit)
                .fetch(Customers::read);
    }

    /** Those of some accounts that are customers, in no order. */
    public List<Customer> all(DSLContext transaction, Collection<AccountId> accounts) {
        return transaction
                .selectFrom(CUSTOMER)
                .where(CUSTOMER.ACCOUNT_ID.in(accounts))
                .fetch(Customers::read);
    }

    /** Writes what invoices say of a customer from now on. */
    public void describe(DSLContext transaction, AccountId account, TaxDetails details) {
        transaction
                .update(CUSTOMER)
                .set(CUSTOMER.LEGAL_NAME, details.legalName())
                .set(CUSTOMER.ADDRESS, details.address())
                .set(CUSTOMER.COUNTRY, details.country())
                .set(CUSTOMER.VAT_ID, details.vatId())
                .set(CUSTOMER.TAX_EXEMPT, details.exempt())
                .where(CUSTOMER.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** As {@link #find(DSLContext, AccountId)}, locked until the end of the transaction. */
    public Optional<Customer> lock(DSLContext transaction, AccountId account) {
        return transaction
                .selectFrom(CUSTOMER)
                .where(CUSTOMER.ACCOUNT_ID.eq(account))
                .forUpdate()
                .fetchOptional(Customers::read);
    }

    void opened(DSLContext transaction, AccountOpened event, String priceBook) {
        transaction
                .insertInto(CUSTOMER)
                .set(CUSTOMER.ACCOUNT_ID, event.account())
                .set(CUSTOMER.NAME, event.name())
                .set(CUSTOMER.EMAIL, event.email())
                .set(CUSTOMER.PLAN, event.plan())
                .set(CUSTOMER.CURRENCY, event.currency())
                .set(CUSTOMER.TIME_ZONE, ZoneId.of(event.timeZone()).getId())
                .set(CUSTOMER.PRICE_BOOK, priceBook)
                .set(CUSTOMER.OPENED_AT, event.occurredAt())
                .onConflictDoNothing()
                .execute();
    }

    void renamed(DSLContext transaction, AccountRenamed event) {
        int changed = transaction
                .update(CUSTOMER)
                .set(CUSTOMER.NAME, event.name())
                .where(CUSTOMER.ACCOUNT_ID.eq(event.account()))
                .execute();
        known(changed, event.account());
    }

    /** Writes another plan, and with it the book of its prices from a month on. */
    void planChanged(DSLContext transaction, Customer customer, String plan, Instant fromMonth, String book) {
        SortedMap<Instant, String> books = new TreeMap<>(customer.laterBooks());
        books.tailMap(fromMonth).clear();
        if (!customer.priceBookOf(fromMonth.minusMillis(1)).equals(book)) {
            books.put(fromMonth, book);
        }
        transaction
                .update(CUSTOMER)
                .set(CUSTOMER.PLAN, plan)
                .set(CUSTOMER.LATER_BOOKS, JSONB.valueOf(Json.mapper().writeValueAsString(books)))
                .where(CUSTOMER.ACCOUNT_ID.eq(customer.account()))
                .execute();
    }

    /** The customer of an event, locked. */
    Customer known(DSLContext transaction, AccountId account) {
        return lock(transaction, account).orElseThrow(() -> new IllegalStateException(NEVER_OPENED.formatted(account)));
    }

    void closed(DSLContext transaction, AccountClosed event) {
        int changed = transaction
                .update(CUSTOMER)
                .set(CUSTOMER.CLOSED_AT, DSL.coalesce(CUSTOMER.CLOSED_AT, DSL.val(event.occurredAt())))
                .where(CUSTOMER.ACCOUNT_ID.eq(event.account()))
                .execute();
        known(changed, event.account());
    }

    /** An account whose opening is in quarantine: what follows waits there too, and is replayed after it. */
    private static void known(int rows, AccountId account) {
        if (rows == 0) {
            throw new IllegalStateException(NEVER_OPENED.formatted(account));
        }
    }

    private static Customer read(CustomerRecord row) {
        Instant closedAt = row.getClosedAt();
        return new Customer(
                row.getAccountId(),
                row.getName(),
                row.getEmail(),
                row.getPlan(),
                row.getCurrency(),
                ZoneId.of(row.getTimeZone()),
                row.getAnchorDay(),
                row.getPriceBook(),
                Json.mapper().readValue(row.getLaterBooks().data(), BOOKS),
                new TaxDetails(
                        row.getLegalName(), row.getAddress(), row.getCountry(), row.getVatId(), row.getTaxExempt()),
                row.getOpenedAt(),
                closedAt);
    }
}
