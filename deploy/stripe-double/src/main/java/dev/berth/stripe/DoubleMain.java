package dev.berth.stripe;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * The double as a program. Its settings are environment variables: {@code STRIPE_DOUBLE_PORT} (12111), {@code STRIPE_DOUBLE_SECRET_KEY},
 * {@code STRIPE_DOUBLE_PUBLISHABLE_KEY}, {@code STRIPE_DOUBLE_WEBHOOK_URL}, {@code STRIPE_DOUBLE_WEBHOOK_SECRET}, {@code STRIPE_DOUBLE_FILE}.
 */
public final class DoubleMain {
    private static final String PREFIX = "STRIPE_DOUBLE_";

    private DoubleMain() {}

    /** Runs until the process is ended. */
    public static void main(String[] arguments) throws InterruptedException {
        StripeDouble running;
        try {
            running = StripeDouble.start(options(System.getenv()));
        } catch (RuntimeException e) {
            System.err.println("The Stripe double does not start: " + e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(running::close));
        System.out.println("The Stripe double is ready: API and pages at %s".formatted(running.apiBase()));
        Thread.currentThread().join();
    }

    static DoubleOptions options(Map<String, String> environment) {
        DoubleOptions options = DoubleOptions.inMemory();
        options = options.withPort(Integer.parseInt(environment.getOrDefault(PREFIX + "PORT", "12111")));
        options = options.withKeys(
                environment.getOrDefault(PREFIX + "SECRET_KEY", options.secretKey()),
                environment.getOrDefault(PREFIX + "PUBLISHABLE_KEY", options.publishableKey()));
        String url = environment.get(PREFIX + "WEBHOOK_URL");
        if (url != null) {
            options = options.withWebhook(
                    URI.create(url), environment.getOrDefault(PREFIX + "WEBHOOK_SECRET", options.webhookSecret()));
        }
        String file = environment.get(PREFIX + "FILE");
        return file == null ? options : options.withFile(Path.of(file));
    }
}
