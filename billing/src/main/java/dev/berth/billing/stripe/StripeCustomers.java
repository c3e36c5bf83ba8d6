package dev.berth.billing.stripe;

import static dev.berth.schema.db.billing.Tables.PROVIDER_CUSTOMER;

import com.stripe.model.Customer;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerListParams;
import dev.berth.billing.customer.Customers;
import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Who a customer of Berth is at Stripe: one customer there, made when first needed. Thread-safe. */
@Component
public final class StripeCustomers {
    /** The metadata by which an object at Stripe leads back to an account. */
    static final String ACCOUNT = "berth_account";

    private static final long PAGE = 100;

    private final DSLContext dsl;
    private final Customers customers;
    private final StripeApi api;
    private final ProviderCalls calls;
    private final InstantSource clock;

    public StripeCustomers(
            DSLContext dsl,
            Customers customers,
            StripeApi api,
            ProviderCalls calls,
            @Qualifier("everybodysClock") InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.api = api;
        this.calls = calls;
        this.clock = clock;
    }

    /** The id at Stripe of an account that has one. */
    public Optional<String> find(AccountId account) {
        return dsl.select(PROVIDER_CUSTOMER.REFERENCE)
                .from(PROVIDER_CUSTOMER)
                .where(PROVIDER_CUSTOMER.ACCOUNT_ID.eq(account))
                .fetchOptional(PROVIDER_CUSTOMER.REFERENCE);
    }

    /** Whose a customer at Stripe is. */
    public Optional<AccountId> accountOf(String reference) {
        return dsl.select(PROVIDER_CUSTOMER.ACCOUNT_ID)
                .from(PROVIDER_CUSTOMER)
                .where(PROVIDER_CUSTOMER.REFERENCE.eq(reference))
                .fetchOptional(PROVIDER_CUSTOMER.ACCOUNT_ID);
    }

    /** The id at Stripe of an account, which gets one if it has none. */
    public Answer<String> ensure(AccountId account) {
        Optional<String> known = find(account);
        if (known.isPresent()) {
            return new Answer.Done<>(known.get());
        }
        dev.berth.billing.customer.Customer customer = customers.require(account);
        String key = "berth:customer:" + account;
        Instant askedAt = calls.begin(key, "customer", account, null);
        Answer<Customer> made = calls.repeatable(askedAt)
                ? create(customer, key)
                : new Answer.KeyTaken<>("the key is older than Stripe keeps it");
        if (made instanceof Answer.KeyTaken<Customer>) {
            made = lookUp(customer); // never another one beside it
        }
        return switch (made) {
            case Answer.Done<Customer>(Customer at) -> {
                calls.answered(key, at.getId());
                dsl.insertInto(PROVIDER_CUSTOMER)
                        .set(PROVIDER_CUSTOMER.ACCOUNT_ID, account)
                        .set(PROVIDER_CUSTOMER.REFERENCE, at.getId())
                        .set(PROVIDER_CUSTOMER.CREATED_AT, clock.instant())
                        .onConflictDoNothing()
                        .execute();
                yield new Answer.Done<>(find(account).orElseThrow());
            }
            case Answer.Refused<Customer> refused -> new Answer.Refused<>(refused.code(), refused.message(), null);
            case Answer.KeyTaken<Customer>(String message) -> new Answer.Unknown<>(message);
            case Answer.Unknown<Customer>(String message) -> new Answer.Unknown<>(message);
        };
    }

    private Answer<Customer> create(dev.berth.billing.customer.Customer customer, String key) {
        return api.write(
                "customer",
                key,
                (client, options) -> client.v1()
                        .customers()
                        .create(
                                CustomerCreateParams.builder()
                                        .setEmail(customer.email())
                                        .putMetadata(ACCOUNT, customer.account().toString())
                                        .build(),
                                options));
    }

    /** The customer that was made when its answer was lost; made under another key where there is none. */
    private Answer<Customer> lookUp(dev.berth.billing.customer.Customer customer) {
        Answer<Optional<Customer>> found = api.read("customer.look_up", (client, options) -> {
            Customer match = null;
            for (Customer one : client.v1()
                    .customers()
                    .list(
                            CustomerListParams.builder()
                                    .setEmail(customer.email())
                                    .setLimit(PAGE)
                                    .build(),
                            options)
                    .autoPagingIterable()) {
                if (customer.account().toString().equals(one.getMetadata().get(ACCOUNT))) {
                    match = one;
                    break;
                }
            }
            return Optional.ofNullable(match);
        });
        if (found instanceof Answer.Done<Optional<Customer>>(Optional<Customer> match)) {
            if (match.isPresent()) {
                return new Answer.Done<>(match.get());
            }
            String again = "berth:customer:%s:again".formatted(customer.account());
            Instant askedAt = calls.begin(again, "customer", customer.account(), null);
            return calls.repeatable(askedAt) ? create(customer, again) : new Answer.Unknown<>("the key is too old");
        }
        return new Answer.Unknown<>("Stripe did not answer");
    }
}
