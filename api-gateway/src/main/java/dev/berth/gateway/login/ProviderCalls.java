package dev.berth.gateway.login;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of the provider, for Nimbus's parts: each ends within {@link #DEADLINE}, answers at most {@link #MAX_BYTES}, follows no
 * redirect, goes where the settings allow, and at most {@link #AT_ONCE} are under way. Whatever is not so is an {@link IOException}.
 * Thread-safe.
 */
final class ProviderCalls implements HTTPRequestSender, ResourceRetriever {
    /** The longest that one call lasts, from the first to the last byte. */
    static final Duration DEADLINE = Duration.ofSeconds(5);

    /** The largest answer: documents of large providers with their keys have some ten KiB. */
    static final int MAX_BYTES = 256 * 1024;

    static final int AT_ONCE = 32;

    /** Headers that the HTTP client sets itself. */
    private static final Set<String> OWN = Set.of("content-length", "host", "connection");

    private final OidcProperties properties;
    private final Duration deadline;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(DEADLINE)
            .build();

    ProviderCalls(OidcProperties properties, Duration deadline) {
        this.properties = properties;
        this.deadline = deadline;
    }

    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest asked) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(asked.getURI());
        asked.getHeaderMap().forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        String body = asked.getBody();
        request.method(
                asked.getMethod().name(), body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        HttpResponse<byte[]> answer = call(asked.getURI(), request);
        HTTPResponse response = new HTTPResponse(answer.statusCode());
        answer.headers().firstValue("Content-Type").ifPresent(type -> {
            try {
                response.setEntityContentType(ContentType.parse(type));
            } catch (java.text.ParseException e) {
                response.setEntityContentType(ContentType.TEXT_PLAIN); // no type that any parser takes
            }
        });
        response.setBody(new String(answer.body(), StandardCharsets.UTF_8));
        return response;
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        URI uri = URI.create(url.toString());
        HttpResponse<byte[]> answer = call(uri, HttpRequest.newBuilder(uri).header("Accept", "application/json"));
        if (answer.statusCode() != 200) {
            throw new IOException("%s answered %d".formatted(uri, answer.statusCode()));
        }
        return new Resource(new String(answer.body(), StandardCharsets.UTF_8), "application/json");
    }

    private HttpResponse<byte[]> call(URI uri, HttpRequest.Builder request) throws IOException {
        if (!properties.allows(uri)) {
            throw new IOException("%s is neither https nor, as the issuer, on loopback".formatted(uri));
        }
        if (!places.tryAcquire()) {
            throw new IOException("%d calls of the provider are under way".formatted(AT_ONCE));
        }
        CompletableFuture<HttpResponse<byte[]>> call =
                client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            return Objects.requireNonNull(call.get(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw new IOException("%s did not answer within %s".formatted(uri, deadline), e);
        } catch (ExecutionException e) {
            throw new IOException("%s could not be called: %s".formatted(uri, e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the call of %s was given up".formatted(uri), e);
        } finally {
            call.cancel(true);
            places.release();
        }
    }
}
