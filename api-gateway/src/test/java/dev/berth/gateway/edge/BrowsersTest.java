package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.GatewayTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What browsers and caches rely on: CORS for pages of other origins, compression. */
class BrowsersTest extends GatewayTest {
    private static final String ELSEWHERE = "https://dashboard.example.com";

    @Test
    void letsPagesOfOtherOriginsCallWithAKeyAndNeverWithASession() {
        String asked = raw("OPTIONS", "/v1/workloads", """
                Origin: %s
                Access-Control-Request-Method: POST
                Access-Control-Request-Headers: authorization, content-type, idempotency-key
                """.formatted(ELSEWHERE));
        assertThat(asked).startsWith("http/1.1 200");
        assertThat(asked).contains("access-control-allow-origin: *").contains("access-control-max-age: 7200");
        assertThat(asked).containsPattern("access-control-allow-headers: .*idempotency-key");
        assertThat(asked).doesNotContain("access-control-allow-credentials");
        String listed = raw("GET", "/v1/plans", "Origin: %s\n".formatted(ELSEWHERE));
        assertThat(listed).startsWith("http/1.1 200").contains("access-control-allow-origin: *");
        assertThat(listed).containsPattern("access-control-expose-headers: .*etag.*operation-id");
        String wrong =
                raw("GET", "/v1/workloads", "Origin: %s\nAuthorization: Bearer berth_sk_wrong\n".formatted(ELSEWHERE));
        assertThat(wrong).startsWith("http/1.1 401").contains("access-control-allow-origin: *");
    }

    @Test
    void doesNotLetThemSendHeadersThatTheApiDoesNotKnowNorSeePages() {
        String asked = raw("OPTIONS", "/v1/workloads", """
                Origin: %s
                Access-Control-Request-Method: POST
                Access-Control-Request-Headers: x-csrf-token
                """.formatted(ELSEWHERE));
        assertThat(asked).startsWith("http/1.1 403");
        assertThat(raw("GET", "/signin", "Origin: %s\n".formatted(ELSEWHERE))).doesNotContain("access-control-allow");
    }

    @Test
    void compressesWhatIsLongAndNeitherPagesNorShortAnswers() {
        String gzip = "Accept-Encoding: gzip\n";
        assertThat(raw("GET", "/v1/openapi.json", gzip)).contains("content-encoding: gzip");
        assertThat(raw("GET", "/v1/openapi.json", "")).doesNotContain("content-encoding");
        assertThat(raw("GET", "/", gzip)).startsWith("http/1.1 200").doesNotContain("content-encoding");
        assertThat(raw("GET", "/v1/account", gzip)).startsWith("http/1.1 401").doesNotContain("content-encoding");
    }

    /** The head of an answer, in lower case; over a plain socket, since HTTP clients do not send these headers for anybody. */
    private String raw(String method, String path, String headers) {
        URI uri = URI.create(api().base());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(20_000);
            String request = "%s %s HTTP/1.1\nHost: %s\nConnection: close\n%s\n"
                    .formatted(method, path, uri.getAuthority(), headers);
            socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.substring(0, answer.indexOf("\r\n\r\n")).toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
