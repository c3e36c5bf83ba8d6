package dev.berth.billing.stripe;

import org.jooq.DSLContext;

/** Makes the provider for tests of other rooms. */
public final class StripeProviders {
    private StripeProviders() {}

    public static StripeProvider of(
            DSLContext dsl,
            StripeProperties properties,
            StripeCustomers customers,
            StripeApi api,
            ProviderCalls calls) {
        return new StripeProvider(
                dsl, properties, customers, new Intents(api), calls, new StripeRefunds(dsl, api, calls));
    }
}
