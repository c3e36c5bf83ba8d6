package dev.berth.gateway.callout;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import dev.berth.gateway.callout.TargetAnswer.Answered;
import dev.berth.gateway.callout.TargetAnswer.Unreached;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls to real servers of this machine. */
class TargetCallerTest {
    private static final AddressRules LOCAL = new AddressRules(List.of(AddressRange.parse("127.0.0.0/8")));
    private static final AddressRules PUBLIC_ONLY = new AddressRules(List.of());

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private TargetCaller caller(Targets.Lookup lookup, AddressRules rules, SSLContext tls, Duration deadline) {
        Targets targets = new Targets(lookup, rules);
        TargetCaller caller = new TargetCaller(targets, InstantSource.system(), tls, deadline);
        open.add(targets);
        open.add(caller);
        return caller;
    }

    private TargetCaller local() {
        return caller(InetAddress::getAllByName, LOCAL, SSLContexts.createDefault(), Duration.ofSeconds(10));
    }

    private HttpServer server(com.sun.net.httpserver.HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", handler);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        open.add(() -> server.stop(0));
        return server;
    }

    private static TargetUrl at(HttpServer server, String path) {
        return TargetUrl.parse(
                "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
    }

    @Test
    void theHostAndTheNameForTlsStayThoseOfTheUrlAndOnlyTheCheckedAddressIsCalled(@TempDir Path temp) throws Exception {
        Path keys = temp.resolve("keys.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "hook",
                "-keyalg",
                "EC",
                "-dname",
                "CN=hooks.example",
                "-ext",
                "san=dns:hooks.example",
                "-storepass",
                "changeit",
                "-keystore",
                keys.toString(),
                "-validity",
                "2");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        mine.init(store, "changeit".toCharArray());
        SSLContext serving = SSLContext.getInstance("TLS");
        serving.init(mine.getKeyManagers(), null, null);
        server.setHttpsConfigurator(new HttpsConfigurator(serving));
        List<String> seen = new CopyOnWriteArrayList<>();
        server.createContext("/", exchange -> {
            HttpsExchange tls = (HttpsExchange) exchange;
            seen.add(exchange.getRequestHeaders().getFirst("Host"));
            for (SNIServerName name : ((ExtendedSSLSession) tls.getSSLSession()).getRequestedServerNames()) {
                seen.add(new String(name.getEncoded(), StandardCharsets.US_ASCII));
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        open.add(() -> server.stop(0));
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("hook", store.getCertificate("hook"));
        trusted.init(certificates);
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, trusted.getTrustManagers(), null);

        Targets.Lookup lookup = host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
        int port = server.getAddress().getPort();
        TargetUrl url = TargetUrl.parse("https://hooks.example:%d/x".formatted(port));
        TargetCaller caller = caller(lookup, LOCAL, trusting, Duration.ofSeconds(10));
        assertThat(caller.post(url, Map.of(), "{}")).isEqualTo(new Answered(204, "", null));
        assertThat(seen).containsExactly("hooks.example:" + port, "hooks.example");

        TargetUrl other = TargetUrl.parse("https://other.example:%d/x".formatted(port));
        assertThat(caller.post(other, Map.of(), "{}"))
                .isInstanceOfSatisfying(
                        Unreached.class, failed -> assertThat(failed.why()).contains("TLS"));
        TargetCaller stranger = caller(lookup, LOCAL, SSLContexts.createDefault(), Duration.ofSeconds(10));
        assertThat(stranger.post(url, Map.of(), "{}")).isInstanceOf(Unreached.class);
        assertThat(seen).as("nothing was sent to whom it was not meant for").hasSize(2);
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void aNameThatLeadsElsewhereTheSecondTimeIsCheckedAgain() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        HttpServer server = server(exchange -> {
            calls.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        AtomicInteger lookups = new AtomicInteger();
        Targets.Lookup rebinding = host ->
                new InetAddress[] {InetAddress.ofLiteral(lookups.getAndIncrement() == 0 ? "93.184.215.14" : "127.0.0.1")
                };
        Targets targets = new Targets(rebinding, PUBLIC_ONLY);
        open.add(targets);
        TargetUrl url = TargetUrl.parse(
                "https://rebind.example:%d/".formatted(server.getAddress().getPort()));
        assertThat(resolve(targets, url)).isEqualTo("93.184.215.14");
        assertThat(resolve(targets, url)).contains("loopback", "127.0.0.1");

        TargetCaller caller = caller(
                host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")},
                PUBLIC_ONLY,
                SSLContexts.createDefault(),
                Duration.ofSeconds(10));
        assertThat(caller.post(url, Map.of(), "{}"))
                .isInstanceOfSatisfying(
                        Unreached.class, refused -> assertThat(refused.why()).contains("loopback"));
        assertThat(calls).hasValue(0);
    }

    @Test
    void oneAddressThatIsNotPublicIsEnoughForARefusal() {
        Targets targets = new Targets(
                host -> new InetAddress[] {
                    InetAddress.ofLiteral("93.184.215.14"),
                    InetAddress.ofLiteral("2606:2800::1"),
                    InetAddress.ofLiteral("169.254.169.254")
                },
                PUBLIC_ONLY);
        open.add(targets);
        assertThat(resolve(targets, TargetUrl.parse("https://mixed.example/"))).contains("169.254.169.254");
    }

    /** The addresses, or why there are none. */
    private static String resolve(Targets targets, TargetUrl url) {
        try {
            return targets.resolve(url).getFirst().getHostAddress();
        } catch (Blocked e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowedAndNothingIsTriedAgain() throws IOException {
        List<String> paths = new CopyOnWriteArrayList<>();
        HttpServer server = server(exchange -> {
            paths.add(exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.getResponseHeaders().add("Set-Cookie", "a=b");
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/busy") ? 503 : 307, -1);
            exchange.close();
        });
        TargetCaller caller = local();
        assertThat(caller.post(at(server, "/first"), Map.of(), "{}")).isEqualTo(new Answered(307, "", null));
        assertThat(caller.post(at(server, "/busy"), Map.of(), "{}")).isEqualTo(new Answered(503, "", null));
        assertThat(paths).containsExactly("/first", "/busy");
    }

    @Test
    void ofALongAnswerTheBeginningIsReadAndWhatCannotBeShownIsLeftOut() throws IOException {
        HttpServer server = server(exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("a\0b\u001b[31mc\u202ed".getBytes(StandardCharsets.UTF_8));
                byte[] many = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < 4096; i++) {
                    body.write(many); // 256 MiB, if anybody reads them
                }
            }
        });
        Answered answer = (Answered) local().post(at(server, "/"), Map.of("webhook-id", "evt_1"), "{}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).startsWith("ab[31mcdxxx").hasSizeLessThanOrEqualTo(4096);
    }

    @Test
    void aReceiverThatDripsIsLeftAtTheDeadline() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> drip(socket));
            TargetCaller caller =
                    caller(InetAddress::getAllByName, LOCAL, SSLContexts.createDefault(), Duration.ofSeconds(1));
            long from = System.nanoTime();
            TargetAnswer answer = caller.post(
                    TargetUrl.parse("http://127.0.0.1:%d/".formatted(socket.getLocalPort())), Map.of(), "{}");
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
            assertThat(answer).isEqualTo(new Unreached("did not answer within 1 s"));
        }
    }

    /** Sends a header that never ends, a byte at a time. */
    private static void drip(ServerSocket socket) {
        try (Socket one = socket.accept()) {
            OutputStream out = one.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 600; i++) {
                out.write('x');
                out.flush();
                Thread.sleep(50);
            }
        } catch (IOException left) {
            // as it is to be
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatFailsIsSaidInWords() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            closed = socket.getLocalPort();
        }
        assertThat(local().post(TargetUrl.parse("http://127.0.0.1:%d/".formatted(closed)), Map.of(), "{}"))
                .isEqualTo(new Unreached("refused the connection"));
        assertThat(local().post(TargetUrl.parse("https://no-such-name.invalid/"), Map.of(), "{}"))
                .isEqualTo(new Unreached("has no address: the name 'no-such-name.invalid' is not known"));
    }

    @Test
    void ofManyAddressesOneOfEachFamilyIsTried() {
        List<InetAddress> many = List.of(
                InetAddress.ofLiteral("2606:2800::1"),
                InetAddress.ofLiteral("2606:2800::2"),
                InetAddress.ofLiteral("93.184.215.14"),
                InetAddress.ofLiteral("93.184.215.15"));
        assertThat(TargetCaller.oneOfEachFamily(many)).containsExactly(many.get(0), many.get(2));
    }

    @Test
    void retryAfterIsSecondsOrADate() {
        Instant now = Instant.parse("2026-11-22T08:00:00Z");
        assertThat(TargetCaller.retryAfter("120", now)).isEqualTo(Duration.ofMinutes(2));
        assertThat(TargetCaller.retryAfter("Sun, 22 Nov 2026 08:01:00 GMT", now))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(TargetCaller.retryAfter("Sun, 22 Nov 2026 07:59:00 GMT", now))
                .isNull();
        assertThat(TargetCaller.retryAfter("soon", now)).isNull();
        assertThat(TargetCaller.retryAfter("-5", now)).isNull();
        assertThat(TargetCaller.retryAfter("9".repeat(30), now)).isNull();
    }
}
