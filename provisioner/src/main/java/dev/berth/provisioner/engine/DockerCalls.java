package dev.berth.provisioner.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.berth.schema.wire.Json;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The connection to the Docker Engine: negotiates the API version, bounds every call, and turns what goes wrong into
 * {@link EngineException}. Over a Unix socket docker-java's own response time-out does nothing (its socket ignores
 * {@code SO_TIMEOUT}), so each call runs in a virtual thread of its own, and being interrupted closes its connection.
 */
final class DockerCalls implements AutoCloseable {
    /** The newest version of the API that this code was written against. */
    static final RemoteApiVersion NEWEST = RemoteApiVersion.VERSION_1_44;

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_CONNECTIONS = 400;
    private static final int MOST_SAID = 1_000;

    /** Of their own, so that however many outputs are followed, Berth can still ask, stop and kill. */
    private static final int MAX_STREAMS = 1_000;

    private final String dockerHost;
    private final MeterRegistry meters;

    /** One for all: what it finds out about a class, which costs more than most answers do, it finds out once. */
    private final ObjectMapper mapper;

    private final DockerHttpClient http;
    private final DockerHttpClient streams;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile @Nullable DockerClient client;
    private volatile @Nullable RemoteApiVersion version;
    private volatile Dialect dialect = Dialect.DOCKER;

    DockerCalls(String dockerHost, MeterRegistry meters) {
        this(dockerHost, meters, MAX_CONNECTIONS);
    }

    DockerCalls(String dockerHost, MeterRegistry meters, int connections) {
        this.dockerHost = dockerHost;
        this.meters = meters;
        this.mapper = config(null).getObjectMapper();
        this.http = connections(connections);
        this.streams = connections(MAX_STREAMS);
    }

    private DockerHttpClient connections(int most) {
        return new ApacheDockerHttpClient.Builder()
                .dockerHost(config(null).getDockerHost())
                .maxConnections(most)
                .connectionTimeout(CONNECT_TIMEOUT)
                .build();
    }

    private DockerClientConfig config(@Nullable RemoteApiVersion version) {
        DefaultDockerClientConfig.Builder config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(dockerHost);
        return (version == null ? config : config.withApiVersion(version)).build();
    }

    /** Runs one call; {@code verb} names it in metrics and messages. */
    <T> T call(String verb, Duration atMost, Function<DockerClient, T> call) {
        long begun = System.nanoTime();
        String outcome = "error";
        try {
            T answer = within(verb, atMost, call);
            outcome = "ok";
            return answer;
        } catch (EngineException e) {
            outcome = e.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
            throw e;
        } finally {
            Timer.builder("berth.provisioner.engine")
                    .tag("verb", verb)
                    .tag("outcome", outcome)
                    .register(meters)
                    .record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Reads what the engine answers to a GET that docker-java has no command for.
     *
     * @param path after the version of the API, of constants and server-made names only
     */
    <T> T get(String verb, Duration atMost, String path, Class<T> type) {
        return call(verb, atMost, _ -> {
            DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                    .method(DockerHttpClient.Request.Method.GET)
                    .path("/" + agree().asWebPathPart() + path)
                    .build();
            try (DockerHttpClient.Response answer = http.execute(request);
                    InputStream body = answer.getBody()) {
                int status = answer.getStatusCode();
                if (status < 300) {
                    byte[] said = body.readAllBytes();
                    if (said.length == 0) {
                        throw new ConflictException(
                                "the engine has nothing to say of it now"); // as Podman of what ended
                    }
                    return mapper.readValue(said, type);
                }
                String said = new String(body.readNBytes(MOST_SAID), StandardCharsets.UTF_8);
                throw switch (status) {
                    case 404 -> new NotFoundException(said);
                    case 409 -> new ConflictException(said);
                    default -> new DockerException(said, status);
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * Opens a connection that carries both ways, on those of {@link #streaming}. Close what it answers: nothing else ends it.
     *
     * @param path after the version of the API, of constants and server-made names only
     * @param input goes to the engine until its end
     */
    DockerHttpClient.Response hijack(String verb, Duration atMost, String path, InputStream input) {
        return call(
                verb,
                atMost,
                _ -> streams.execute(DockerHttpClient.Request.builder()
                        .method(DockerHttpClient.Request.Method.POST)
                        .path("/" + agree().asWebPathPart() + path)
                        .hijackedInput(input)
                        .build()));
    }

    private <T> T within(String verb, Duration atMost, Function<DockerClient, T> call) {
        Future<T> future = threads.submit(() -> call.apply(negotiated()));
        try {
            return future.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new EngineException.Away(
                    "the engine at %s did not answer '%s' within %d ms".formatted(dockerHost, verb, atMost.toMillis()),
                    e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new EngineException.Away("interrupted while the engine was asked to '%s'".formatted(verb), e);
        } catch (ExecutionException e) {
            throw translate(verb, e.getCause() == null ? e : e.getCause());
        }
    }

    /** What a failure of docker-java means. */
    EngineException translate(String verb, Throwable failure) {
        return switch (failure) {
            case EngineException e -> e;
            case DockerException e -> translate(e);
            default -> {
                Throwable root = failure;
                while (root.getCause() != null && !(root instanceof IOException)) {
                    root = root.getCause();
                }
                yield new EngineException.Away(
                        "the engine at %s could not be reached for '%s': %s".formatted(dockerHost, verb, root),
                        failure);
            }
        };
    }

    private EngineException translate(DockerException e) {
        String message = message(e);
        int status = dialect.status(e.getHttpStatus(), message);
        return switch (status) {
            case 404 -> new EngineException.Missing(message, e);
            case 409 -> new EngineException.Conflict(message, e);
            default ->
                status >= 400 && status < 500
                        ? new EngineException.Refused(message, e)
                        : new EngineException.Failed(message, e);
        };
    }

    /** Docker answers {@code Status 404: {"message":"…"}}; people want what is inside. */
    private static String message(DockerException e) {
        String raw = String.valueOf(e.getMessage());
        int start = raw.indexOf('{');
        try {
            String inside = start < 0
                    ? ""
                    : Json.mapper()
                            .readTree(raw.substring(start))
                            .path("message")
                            .asString("");
            return (inside.isEmpty() ? raw : inside).replace('\n', ' ').strip();
        } catch (JacksonException none) {
            return raw.strip();
        }
    }

    /** A client that speaks a version of the API that both sides know. */
    DockerClient negotiated() {
        DockerClient known = client;
        if (known != null) {
            return known;
        }
        RemoteApiVersion agreed = agree();
        DockerClient made = DockerClientImpl.getInstance(config(agreed), http);
        client = made;
        return made;
    }

    /** A client whose answers may last as long as they like; its connections are not those of {@link #call}. */
    DockerClient streaming(Duration connect) {
        RemoteApiVersion agreed = call("connect", connect, known -> agree());
        return DockerClientImpl.getInstance(config(agreed), streams);
    }

    private RemoteApiVersion agree() {
        RemoteApiVersion known = version;
        if (known != null) {
            return known;
        }
        Version answer =
                DockerClientImpl.getInstance(config(null), http).versionCmd().exec();
        RemoteApiVersion theirs = RemoteApiVersion.parseConfig(answer.getApiVersion());
        RemoteApiVersion agreed = NEWEST.isGreater(theirs) ? theirs : NEWEST;
        dialect = Dialect.of(answer);
        version = agreed;
        return agreed;
    }

    /** Whose API it is, as far as it was asked. */
    Dialect dialect() {
        return dialect;
    }

    /** Forgets the version that was agreed on, since another engine may answer next time. */
    void forget() {
        client = null;
        version = null;
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        http.close();
        streams.close();
    }
}
