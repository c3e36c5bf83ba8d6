package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.stripe.model.SetupIntent;
import com.stripe.param.SetupIntentCreateParams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may ask, by hand-made requests: what Stripe's library would never send is answered too. */
class AccessTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Played played = new Played();

    @AfterEach
    void close() {
        played.close();
    }

    private record Answer(int status, JsonObject error, String body) {}

    private Answer send(String method, String path, String form, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(played.stripe.apiBase() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, HttpRequest.BodyPublishers.ofString(form));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        JsonObject json = JsonParser.parseString(answer.body()).getAsJsonObject();
        return new Answer(
                answer.statusCode(),
                json.has("error") ? json.getAsJsonObject("error") : new JsonObject(),
                answer.body());
    }

    private static String basic(String key) {
        return "Basic " + Base64.getEncoder().encodeToString((key + ":").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aKeyIsNeededAndMayComeEitherWay() throws Exception {
        assertThat(send("GET", "/v1/customers", "").status()).isEqualTo(401);
        assertThat(send("GET", "/_double/state", "").status()).isEqualTo(401);
        for (String authorization :
                new String[] {"Bearer " + played.stripe.secretKey(), basic(played.stripe.secretKey())}) {
            assertThat(send("GET", "/v1/customers", "", "Authorization", authorization)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(send("GET", "/v1/customers", "", "Authorization", "Basic !!").status())
                .isEqualTo(401);
    }

    @Test
    void aBrowserConfirmsWithItsSecretAndMayNothingElse() throws Exception {
        String browser = basic(played.stripe.publishableKey());
        SetupIntent intent = played.client
                .v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder()
                        .setCustomer(played.customer().getId())
                        .build());
        Answer listing = send("GET", "/v1/customers", "", "Authorization", browser);
        assertThat(listing.status()).isEqualTo(401);
        assertThat(listing.error().get("code").getAsString()).isEqualTo("secret_key_required");
        Answer method = send(
                "POST",
                "/v1/payment_methods",
                "type=card&card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123",
                "Authorization",
                browser);
        assertThat(method.status()).isEqualTo(200);
        String id = JsonParser.parseString(method.body())
                .getAsJsonObject()
                .get("id")
                .getAsString();
        String confirm = "/v1/setup_intents/%s/confirm".formatted(intent.getId());
        assertThat(send("POST", confirm, "payment_method=" + id, "Authorization", browser)
                        .status())
                .isEqualTo(400);
        assertThat(send("POST", confirm, "client_secret=guessed&payment_method=" + id, "Authorization", browser)
                        .status())
                .isEqualTo(400);
        assertThat(played.client.v1().setupIntents().retrieve(intent.getId()).getStatus())
                .isEqualTo("requires_payment_method");
        assertThat(send(
                                "POST",
                                confirm,
                                "client_secret=%s&payment_method=%s".formatted(intent.getClientSecret(), id),
                                "Authorization",
                                browser)
                        .status())
                .isEqualTo(200);
        assertThat(played.client.v1().setupIntents().retrieve(intent.getId()).getStatus())
                .isEqualTo("succeeded");
    }

    @Test
    void whatTheLibraryWouldNotSendIsRefusedInStripesWords() throws Exception {
        String key = "Bearer " + played.stripe.secretKey();
        assertThat(send("GET", "/v1/invoices", "", "Authorization", key).error().toString())
                .contains("Unrecognized request URL (GET: /v1/invoices)");
        assertThat(send("GET", "/v1/customers", "", "Authorization", key, "Stripe-Version", "2024-06-20")
                        .error()
                        .toString())
                .contains("Invalid Stripe API version: 2024-06-20");
        assertThat(send("GET", "/v1/customers", "", "Authorization", key, "Stripe-Version", "2026-03-25.dahlia")
                        .status())
                .isEqualTo(200);
        assertThat(send("POST", "/v1/customers", "name=%zz", "Authorization", key)
                        .status())
                .isEqualTo(400);
        assertThat(send("POST", "/v1/customers", "a[b=1", "Authorization", key).status())
                .isEqualTo(400);
        assertThat(send("POST", "/v1/customers", "", "Authorization", key, "Idempotency-Key", "k".repeat(256))
                        .error()
                        .toString())
                .contains("between 1 and 255");
        assertThat(send("POST", "/v1/payment_intents", "currency=usd", "Authorization", key)
                        .error()
                        .toString())
                .contains("parameter_missing", "Missing required param: amount.");
        assertThat(send("GET", "/v1/payment_intents?expand[]=data.nothing", "", "Authorization", key)
                        .status())
                .as("nothing is there to expand in")
                .isEqualTo(200);
        played.customer();
        assertThat(send("GET", "/v1/customers?expand[]=data.email", "", "Authorization", key)
                        .error()
                        .toString())
                .contains("cannot be expanded");
    }
}
