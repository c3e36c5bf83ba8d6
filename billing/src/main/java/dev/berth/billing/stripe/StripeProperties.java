package dev.berth.billing.stripe;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Stripe is reached. Without a secret key nothing of it is used. None of it is ever printed.
 *
 * @param secretKey {@code sk_…} or {@code rk_…}; null for none
 * @param publishableKey {@code pk_…}, which pages may show; null for none
 * @param webhookSecrets {@code whsec_…}: one, or two while one replaces the other
 * @param apiBase where the API is; null for Stripe's own
 * @param publicUrl where customers find Berth, to come back to
 * @param timeout how long an answer may take
 * @param reconcileEvery how often the list of events is read for what was never delivered
 */
@ConfigurationProperties("berth.billing.stripe")
public record StripeProperties(
        @Nullable String secretKey,
        @Nullable String publishableKey,
        @DefaultValue List<String> webhookSecrets,
        @Nullable URI apiBase,
        @DefaultValue("http://127.0.0.1:8080") URI publicUrl,
        @DefaultValue("8s") Duration timeout,
        @DefaultValue("24h") Duration reconcileEvery) {
    private static final int MOST_SECRETS = 2;

    public StripeProperties {
        secretKey = blankToNull(secretKey);
        publishableKey = blankToNull(publishableKey);
        apiBase = emptyToNull(apiBase);
        webhookSecrets = webhookSecrets.stream()
                .map(String::strip)
                .filter(secret -> !secret.isEmpty())
                .toList();
        if (webhookSecrets.size() > MOST_SECRETS) {
            throw new IllegalArgumentException("BERTH_STRIPE_WEBHOOK_SECRET names more than two secrets");
        }
        if (secretKey != null && !secretKey.matches("[sr]k_[A-Za-z0-9_]+")) {
            throw new IllegalArgumentException("BERTH_STRIPE_SECRET_KEY is no secret key of Stripe's (sk_… or rk_…)");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("berth.billing.stripe.timeout must be more than nothing");
        }
    }

    /** Whether Stripe is used. */
    public boolean enabled() {
        return secretKey != null;
    }

    /** Whether it is real money. */
    public boolean live() {
        return secretKey != null && secretKey.contains("_live_");
    }

    /** A page of Berth's, as customers reach it. */
    public String page(String path) {
        return publicUrl.toString().replaceAll("/+$", "") + path;
    }

    @Override
    public String toString() {
        return "StripeProperties[enabled=%s, webhookSecrets=%d]".formatted(enabled(), webhookSecrets.size());
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static @Nullable URI emptyToNull(@Nullable URI uri) {
        return uri == null || uri.toString().isEmpty() ? null : uri;
    }
}
