package dev.berth.gateway.callout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts to addresses that customers name. Each call looks the host up once, checks all its addresses, and connects to these and no
 * others; TLS and the Host header keep the name. No redirect is followed, nothing is tried again, no connection, cookie or credential is
 * kept, no proxy is asked. Of the answer a few KiB are read. Thread-safe.
 */
public final class TargetCaller implements AutoCloseable {
    /** The longest of a whole call. */
    public static final Duration DEADLINE = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(TargetCaller.class);
    private static final Timeout CONNECT = Timeout.ofSeconds(5);
    private static final int MAX_BODY = 4096;
    private static final int MAX_WORDS = 300;

    /** The checked addresses of the call in hand; there are none outside of one. */
    private static final ScopedValue<List<InetAddress>> CHECKED = ScopedValue.newInstance();

    private final Targets targets;
    private final InstantSource clock;
    private final Duration deadline;
    private final CloseableHttpClient client;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("target-deadlines").factory());

    TargetCaller(Targets targets, InstantSource clock, SSLContext tls, Duration deadline) {
        this.targets = targets;
        this.clock = clock;
        this.deadline = deadline;
        this.client = client(tls);
    }

    private static CloseableHttpClient client(SSLContext tls) {
        int unlimited = Integer.MAX_VALUE; // who calls sets the limit
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new OnlyTheChecked())
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                        .setDefaultSocketConfig(SocketConfig.custom()
                                .setSoTimeout(Timeout.of(DEADLINE))
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT)
                                .setSocketTimeout(Timeout.of(DEADLINE))
                                .build())
                        .setMaxConnTotal(unlimited)
                        .setMaxConnPerRoute(unlimited)
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setProtocolUpgradeEnabled(false)
                        .setResponseTimeout(Timeout.of(DEADLINE))
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableDefaultUserAgent()
                .build();
    }

    /** Answers the checked addresses for whatever name, and none where none were checked. */
    private static final class OnlyTheChecked implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            if (!CHECKED.isBound()) {
                throw new UnknownHostException("nothing is called that was not checked");
            }
            return CHECKED.get().toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    /** Posts JSON; answers whatever comes of it, and never throws for what the target does. */
    public TargetAnswer post(TargetUrl url, Map<String, String> headers, String json) {
        AtomicBoolean late = new AtomicBoolean();
        HttpPost request = new HttpPost(url.uri());
        headers.forEach(request::setHeader);
        request.setEntity(new StringEntity(json, ContentType.APPLICATION_JSON));
        Future<?> end = deadlines.schedule(
                () -> {
                    late.set(true);
                    request.cancel();
                },
                deadline.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            List<InetAddress> checked = targets.resolve(url);
            return ScopedValue.where(CHECKED, oneOfEachFamily(checked)).call(() -> send(url, request));
        } catch (IOException | RuntimeException e) {
            return new TargetAnswer.Unreached(
                    late.get() ? "did not answer within %d s".formatted(deadline.toSeconds()) : words(e));
        } finally {
            end.cancel(false);
        }
    }

    /** The first of IPv4 and the first of IPv6: this machine may have only one of them, and there is time for two that do not answer. */
    static List<InetAddress> oneOfEachFamily(List<InetAddress> checked) {
        List<InetAddress> chosen = new ArrayList<>();
        for (InetAddress address : checked) {
            if (chosen.stream().noneMatch(other -> other.getClass().equals(address.getClass()))) {
                chosen.add(address);
            }
        }
        return chosen;
    }

    private TargetAnswer send(TargetUrl url, HttpPost request) throws IOException {
        HttpHost host = new HttpHost(url.secure() ? "https" : "http", url.host(), url.port());
        ClassicHttpResponse response = client.executeOpen(host, request, null);
        try {
            return new TargetAnswer.Answered(response.getCode(), beginning(response), retryAfter(response));
        } finally {
            request.cancel(); // first of all, or the rest of the answer would be read
            closeQuietly(response);
        }
    }

    /** What was answered so far counts, also where the rest never comes. */
    private static String beginning(ClassicHttpResponse response) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try {
            HttpEntity entity = response.getEntity();
            InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
            byte[] some = new byte[1024];
            int n;
            while (read.size() < MAX_BODY
                    && (n = body.read(some, 0, Math.min(some.length, MAX_BODY - read.size()))) > 0) {
                read.write(some, 0, n);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the rest of an answer did not come");
        }
        return shown(read.toByteArray());
    }

    private static void closeQuietly(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a connection that is given up did not close in order");
        }
    }

    /** Bytes of a stranger as text that can be stored and shown. */
    static String shown(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        new String(bytes, StandardCharsets.UTF_8)
                .codePoints()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .filter(c -> Character.getType(c) != Character.FORMAT && Character.isDefined(c))
                .forEach(text::appendCodePoint);
        return text.toString();
    }

    private @Nullable Duration retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader("Retry-After");
        return header == null ? null : retryAfter(header.getValue().strip(), clock.instant());
    }

    /** Seconds or a date (RFC 9110, section 10.2.3); null for what is neither, or is over. */
    static @Nullable Duration retryAfter(String text, Instant now) {
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        Instant until = DateUtils.parseStandardDate(text);
        return until == null || !until.isAfter(now) ? null : Duration.between(now, until);
    }

    private static String words(Exception thrown) {
        return switch (thrown) {
            case Blocked blocked -> String.valueOf(blocked.getMessage());
            case ConnectTimeoutException _ -> "could not be connected to within 5 s";
            case SocketTimeoutException _ -> "did not answer in time";
            case ConnectException _ -> "refused the connection";
            case SSLException tls -> "has a TLS that does not hold: " + cut(tls);
            case NoHttpResponseException _ -> "closed the connection without an answer";
            default -> "could not be called: " + cut(thrown);
        };
    }

    private static String cut(Exception thrown) {
        String message = thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        String text = shown(message.getBytes(StandardCharsets.UTF_8));
        return text.substring(0, Math.min(MAX_WORDS, text.length()));
    }

    @Override
    public void close() throws IOException {
        deadlines.shutdownNow();
        client.close();
    }
}
