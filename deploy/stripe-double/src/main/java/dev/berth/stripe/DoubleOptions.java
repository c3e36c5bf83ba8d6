package dev.berth.stripe;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * How a double is to run. Immutable; each method that begins with {@code with} gives a copy.
 *
 * @param port where it listens on loopback; 0 for any port that is free
 * @param secretKey the secret API key it accepts
 * @param publishableKey the publishable key it accepts
 * @param webhookSecret the secret of the endpoint of {@code webhookUrl}
 * @param webhookUrl where events go; more endpoints can be made through the API
 * @param file where its state is kept; without one it is forgotten at the end
 * @param time the time, which the double's clock is moved on from
 * @param retries how long after each failed attempt a webhook is tried again, by the double's clock
 * @param patience how long a receiver of webhooks may take
 */
public record DoubleOptions(
        int port,
        String secretKey,
        String publishableKey,
        String webhookSecret,
        Optional<URI> webhookUrl,
        Optional<Path> file,
        InstantSource time,
        List<Duration> retries,
        Duration patience) {

    /** The waits of Stripe, roughly: soon at first, then for three days. */
    private static final List<Duration> RETRIES = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(10),
            Duration.ofHours(20),
            Duration.ofHours(24));

    /** Copies the list, and refuses what cannot be. */
    public DoubleOptions {
        retries = List.copyOf(retries);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("no port: " + port);
        }
        if (!secretKey.startsWith("sk_test_") || !publishableKey.startsWith("pk_test_")) {
            throw new IllegalArgumentException("The double's keys begin with sk_test_ and pk_test_.");
        }
        if (!webhookSecret.startsWith("whsec_")) {
            throw new IllegalArgumentException("A webhook secret begins with whsec_.");
        }
    }

    /** A free port, keys of its own, nothing kept. */
    public static DoubleOptions inMemory() {
        return new DoubleOptions(
                0,
                "sk_test_double",
                "pk_test_double",
                "whsec_double",
                Optional.empty(),
                Optional.empty(),
                InstantSource.system(),
                RETRIES,
                Duration.ofSeconds(10));
    }

    /** With another port. */
    public DoubleOptions withPort(int other) {
        return new DoubleOptions(
                other, secretKey, publishableKey, webhookSecret, webhookUrl, file, time, retries, patience);
    }

    /** With other keys. */
    public DoubleOptions withKeys(String secret, String publishable) {
        return new DoubleOptions(port, secret, publishable, webhookSecret, webhookUrl, file, time, retries, patience);
    }

    /** With an endpoint for all events. */
    public DoubleOptions withWebhook(URI url, String secret) {
        return new DoubleOptions(
                port, secretKey, publishableKey, secret, Optional.of(url), file, time, retries, patience);
    }

    /** With a file that its state is kept in. */
    public DoubleOptions withFile(Path other) {
        return new DoubleOptions(
                port,
                secretKey,
                publishableKey,
                webhookSecret,
                webhookUrl,
                Optional.of(other),
                time,
                retries,
                patience);
    }

    /** With a time that a test moves. */
    public DoubleOptions withTime(InstantSource other) {
        return new DoubleOptions(
                port, secretKey, publishableKey, webhookSecret, webhookUrl, file, other, retries, patience);
    }

    /** With other waits between attempts to deliver a webhook. */
    public DoubleOptions withRetries(List<Duration> other) {
        return new DoubleOptions(
                port, secretKey, publishableKey, webhookSecret, webhookUrl, file, time, other, patience);
    }
}
