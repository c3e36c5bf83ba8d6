package dev.berth.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a provider does that is slow, large or leads elsewhere. */
class ProviderCallsTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private static ProviderCalls calls(String issuer) {
        return calls(issuer, ProviderCalls.DEADLINE);
    }

    private static ProviderCalls calls(String issuer, Duration deadline) {
        return new ProviderCalls(
                new OidcProperties(issuer, "berth", "", "", "", List.of("openid"), false, false), deadline);
    }

    private static URL url(String text) throws IOException {
        return URI.create(text).toURL();
    }

    private interface Answer {
        void with(OutputStream body) throws IOException;
    }

    private static HttpServer server(int status, long length, Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
            exchange.sendResponseHeaders(status, length);
            try (OutputStream body = exchange.getResponseBody()) {
                answer.with(body);
            }
        });
        server.start();
        return server;
    }

    private static String at(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Test
    void endsACallThatIsNotAnsweredInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String issuer = "http://127.0.0.1:" + silent.getLocalPort();
            Instant before = Instant.now();
            assertThatThrownBy(() -> calls(issuer, SHORT).retrieveResource(url(issuer + "/keys")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("did not answer within");
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void readsNoMoreThanALimit() throws IOException {
        byte[] large = new byte[ProviderCalls.MAX_BYTES + 1];
        HttpServer server = server(200, large.length, body -> body.write(large));
        try {
            assertThatThrownBy(() -> calls(at(server)).retrieveResource(url(at(server))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("could not be called");
        } finally {
            server.stop(0);
        }
        byte[] fits = "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        HttpServer small = server(200, fits.length, body -> body.write(fits));
        try {
            assertThat(calls(at(small)).retrieveResource(url(at(small))).getContent())
                    .isEqualTo("{}");
        } finally {
            small.stop(0);
        }
    }

    @Test
    void followsNoRedirect() throws IOException {
        HttpServer server = server(302, -1, _ -> {});
        try {
            assertThatThrownBy(() -> calls(at(server)).retrieveResource(url(at(server))))
                    .hasMessageContaining("answered 302");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void callsNothingWithoutTlsForAnIssuerWithIt() {
        ProviderCalls calls = calls("https://accounts.example.com");
        assertThatThrownBy(() -> calls.retrieveResource(url("http://accounts.example.com/keys")))
                .hasMessageContaining("neither https");
        assertThatThrownBy(() -> calls.retrieveResource(url("http://127.0.0.1:1/keys")))
                .hasMessageContaining("neither https");
    }

    @Test
    void refusesSettingsThatCannotBeMeant() {
        assertThatThrownBy(() -> calls("http://accounts.example.com")).hasMessageContaining("https URL");
        assertThatThrownBy(() -> calls("https://accounts.example.com/?x=y")).hasMessageContaining("https URL");
        assertThatThrownBy(() ->
                        new OidcProperties("https://a.example.com", "", "", "", "", List.of("openid"), false, false))
                .hasMessageContaining("client-id");
        assertThatThrownBy(() ->
                        new OidcProperties("https://a.example.com", "c", "", "", "", List.of("email"), false, false))
                .hasMessageContaining("openid");
        assertThatThrownBy(() -> new OidcProperties(
                        "https://a.example.com", "c", "s", "/f", "", List.of("openid"), false, false))
                .hasMessageContaining("not both");
    }
}
