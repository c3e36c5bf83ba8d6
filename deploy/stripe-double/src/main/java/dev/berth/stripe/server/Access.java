package dev.berth.stripe.server;

import dev.berth.stripe.resource.Change;
import dev.berth.stripe.resource.Routes;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Who may ask what: a secret key everything, a publishable key what a browser needs and knows the client secret of.
 *
 * @param secretKey {@code sk_test_…}
 * @param publishableKey {@code pk_test_…}
 */
record Access(String secretKey, String publishableKey) {
    /** Whose key was given. */
    enum Caller {
        SERVER,
        BROWSER
    }

    Caller check(Exchange exchange) {
        String given = exchange.header("Authorization").flatMap(Access::key).orElse("");
        if (given.isEmpty()) {
            throw StripeError.unauthorized(
                    null,
                    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.");
        }
        if (given.equals(secretKey)) {
            return Caller.SERVER;
        }
        if (given.equals(publishableKey)) {
            return Caller.BROWSER;
        }
        throw StripeError.unauthorized(null, "Invalid API Key provided: " + hidden(given));
    }

    private static Optional<String> key(String header) {
        if (header.startsWith("Bearer ")) {
            return Optional.of(header.substring("Bearer ".length()).strip());
        }
        if (header.startsWith("Basic ")) {
            try {
                String pair = new String(
                        Base64.getDecoder()
                                .decode(header.substring("Basic ".length()).strip()),
                        StandardCharsets.UTF_8);
                int colon = pair.indexOf(':');
                return Optional.of(colon < 0 ? pair : pair.substring(0, colon));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static String hidden(String key) {
        int shown = Math.min(8, key.length() / 3);
        return key.substring(0, shown)
                + "*".repeat(Math.max(4, key.length() - shown - 4))
                + key.substring(Math.max(shown, key.length() - 4));
    }

    void checkRoute(Caller caller, Routes.Match match) {
        if (caller == Caller.BROWSER && !match.route().forBrowsers()) {
            throw StripeError.unauthorized(
                    "secret_key_required",
                    "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.");
        }
    }

    /** A browser may touch an intent only with its client secret; a server that gives one gives the right one. */
    void checkSecret(Change change, Caller caller, Routes.Match match, Params params) {
        boolean intent = match.route().forBrowsers() && !match.ids().isEmpty();
        if (!intent || (caller == Caller.SERVER && params.text("client_secret").isEmpty())) {
            return;
        }
        String id = match.ids().getFirst();
        String kind = match.route().path().get(1).equals("setup_intents") ? "setup_intent" : "payment_intent";
        String secret = params.need("client_secret");
        if (!Json.text(change.get(kind, id, null), "client_secret").equals(secret)) {
            throw StripeError.invalid(
                    kind + "_invalid_parameter",
                    "The client_secret provided does not match the client_secret associated with this %s."
                            .formatted(kind.equals("setup_intent") ? "SetupIntent" : "PaymentIntent"),
                    "client_secret");
        }
    }
}
