package dev.berth.billing.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeError;
import com.stripe.net.RequestOptions;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Stripe's API through its own library, which pins the version. The library repeats what was answered with 409 or 500 or not in time,
 * with the same key. What came too fast (429), and an answer that broke off, it does not repeat: both are waited for and asked again
 * here. Nothing of a call is logged but its step and Stripe's id of the request. Thread-safe.
 *
 * @see <a href="https://docs.stripe.com/api/idempotent_requests">Stripe: idempotent requests</a>
 */
@Component
public final class StripeApi {
    /** The major version of the API whose events are understood: the name after the date. */
    public static final String MAJOR = "dahlia";

    private static final Logger LOG = LoggerFactory.getLogger(StripeApi.class);
    private static final int REPEATS = 2;
    private static final int PATIENCE = 3;
    private static final Duration FIRST_WAIT = Duration.ofMillis(200);

    private final @Nullable StripeClient client;
    private final int timeoutMs;

    public StripeApi(StripeProperties properties) {
        this.client = properties.secretKey() == null ? null : client(properties.secretKey(), properties.apiBase());
        this.timeoutMs = Math.toIntExact(properties.timeout().toMillis());
    }

    private static StripeClient client(String key, @Nullable URI base) {
        StripeClient.StripeClientBuilder builder =
                StripeClient.builder().setApiKey(key).setMaxNetworkRetries(REPEATS);
        if (base != null) {
            String url = base.toString().replaceAll("/+$", "");
            builder.setApiBase(url).setConnectBase(url).setMeterEventsBase(url);
        }
        return builder.build();
    }

    /** A call. */
    @FunctionalInterface
    public interface Call<T> {
        /** Makes it. */
        T make(StripeClient client, RequestOptions options) throws StripeException;
    }

    /** Reads; may be asked any number of times. */
    public <T> Answer<T> read(String step, Call<T> call) {
        return make(step, options().build(), call);
    }

    /** Changes something, once for a key. */
    public <T> Answer<T> write(String step, String key, Call<T> call) {
        return make(step, options().setIdempotencyKey(key).build(), call);
    }

    private RequestOptions.RequestOptionsBuilder options() {
        return RequestOptions.builder().setConnectTimeout(timeoutMs).setReadTimeout(timeoutMs);
    }

    private <T> Answer<T> make(String step, RequestOptions options, Call<T> call) {
        StripeClient known = client;
        if (known == null) {
            throw new IllegalStateException("Stripe is not set up here");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return new Answer.Done<>(call.make(known, options));
            } catch (RateLimitException e) {
                if (attempt == PATIENCE || !waited(attempt)) {
                    return unknown(step, "Stripe is asked too much at once", e);
                }
            } catch (ApiConnectionException e) {
                if (slow(e) || attempt == PATIENCE || !waited(attempt)) {
                    return unknown(step, "Stripe did not answer", e);
                }
            } catch (IdempotencyException e) {
                return status(e) == 409
                        ? unknown(step, "Stripe is at the same call already", e)
                        : new Answer.KeyTaken<>("the key was used for something else");
            } catch (StripeException e) {
                return refusal(step, e);
            }
        }
    }

    private static <T> Answer<T> refusal(String step, StripeException e) {
        int status = status(e);
        if (status == 429 || status == 409 || status == 0 || status >= 500) {
            return unknown(step, "Stripe did not answer", e);
        }
        if (status == 401 || status == 403) {
            return unknown(step, "Stripe does not take the key", e); // nothing was done, and somebody should look
        }
        StripeError error = e.getStripeError();
        PaymentIntent intent = error == null ? null : error.getPaymentIntent();
        return new Answer.Refused<>(code(error, e), message(error), intent);
    }

    private static String code(@Nullable StripeError error, StripeException e) {
        if (error != null && error.getDeclineCode() != null) {
            return error.getDeclineCode();
        }
        return e.getCode() == null ? "refused" : e.getCode();
    }

    private static String message(@Nullable StripeError error) {
        return error == null || error.getMessage() == null ? "Stripe refused it." : error.getMessage();
    }

    private static <T> Answer<T> unknown(String step, String what, StripeException e) {
        LOG.atWarn()
                .addKeyValue("step", step)
                .addKeyValue("status", status(e))
                .addKeyValue("stripe_request", e.getRequestId())
                .log("no result of a call to Stripe; it is looked up");
        return new Answer.Unknown<>(what);
    }

    /** Whether it was waited for for as long as may be, and repeated by the library. */
    private static boolean slow(ApiConnectionException e) {
        return e.getCause() instanceof SocketTimeoutException || e.getCause() instanceof ConnectException;
    }

    private static int status(StripeException e) {
        return e.getStatusCode() == null ? 0 : e.getStatusCode();
    }

    /** Waits longer from time to time, and not in step with others. */
    private static boolean waited(int attempt) {
        long most = FIRST_WAIT.toMillis() << attempt;
        try {
            Thread.sleep(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
