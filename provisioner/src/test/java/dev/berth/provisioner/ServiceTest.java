package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.berth.provisioner.egress.NftCounters;
import dev.berth.provisioner.engine.DebianRegistry;
import dev.berth.provisioner.engine.TestImages;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.tenant.TenantReady;
import dev.berth.schema.tenant.TenantRemoved;
import dev.berth.schema.testing.InternalRoutes;
import dev.berth.schema.testing.Outside;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.wire.EventTypes;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.OutboxRelay;
import dev.berth.schema.wire.SecretBox;
import dev.berth.schema.wire.Wire;
import dev.berth.schema.workload.CheckType;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.NetworkUse;
import dev.berth.schema.workload.RegistryLogin;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import dev.berth.schema.workload.WorkloadRemoved;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The whole service: wishes from a real broker, a real database, containers on a real engine. */
@Tag("docker")
class ServiceTest {
    private static final String SECRET = "a secret that is shared by all four services";
    private static final String SECRET_KEY = "the key of the tests for secrets!!";
    private static final String INSTALLATION =
            "berth-test-service-" + ThreadLocalRandom.current().nextInt(100_000);

    private static TestDatabase database;
    private static TestDatabase gatewayDatabase;
    private static OutboxRelay relay;
    private static Outbox outbox;
    private static ConfigurableApplicationContext service;
    private static DockerClient docker;
    private static IdentitySigner signer;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        TestImages.busybox();
        docker = TestImages.client();
        database = TestDatabase.fresh(Service.PROVISIONER);
        gatewayDatabase = TestDatabase.fresh(Service.GATEWAY);
        TestKafka kafka = TestKafka.shared().clean();
        Wire wire = new Wire(
                Service.GATEWAY,
                kafka.bootstrapServers(),
                gatewayDatabase.dataSource(),
                InstantSource.system(),
                new SimpleMeterRegistry());
        outbox = new Outbox(Service.GATEWAY);
        relay = new OutboxRelay(wire, Duration.ofDays(1));
        relay.start();
        signer = new IdentitySigner(SECRET, InstantSource.system());
        service = new SpringApplicationBuilder(ProvisionerApplication.class)
                .run(
                        "--server.port=0",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--berth.kafka=" + kafka.bootstrapServers(),
                        "--berth.identity-secret=" + SECRET,
                        "--berth.installation=" + INSTALLATION,
                        "--berth.docker-host=" + TestImages.host(),
                        "--berth.address-pool=10.240.0.0/13",
                        "--berth.inventory-interval=2s",
                        "--berth.local-images=berth-test/*",
                        "--berth.internal-registries=127.0.0.1",
                        "--berth.secret-key=" + SECRET_KEY,
                        "--berth.rollout-settle=300ms");
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        new NftCounters(true, INSTALLATION, "10.240.0.0/13").remove();
        relay.close();
        docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("dev.berth.installation", INSTALLATION))
                .exec()
                .forEach(left ->
                        docker.removeContainerCmd(left.getId()).withForce(true).exec());
        docker.listNetworksCmd().exec().stream()
                .filter(network -> INSTALLATION.equals(network.getLabels().get("dev.berth.installation")))
                .forEach(left -> docker.removeNetworkCmd(left.getId()).exec());
        docker.close();
        database.close();
        gatewayDatabase.close();
    }

    private static void tell(Event event) {
        DSL.using(gatewayDatabase.dataSource(), org.jooq.SQLDialect.POSTGRES)
                .transaction(configuration -> outbox.append(configuration.dsl(), event, Wishes.cause(now())));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static AccountId open() {
        AccountId account = AccountId.next();
        tell(new AccountOpened(account, "a", "a@example.com", "free", "EUR", "UTC", 10, 4000, 4096, 1, 1, now()));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> told(TenantReady.class).stream()
                        .anyMatch(ready -> ready.account().equals(account)));
        return account;
    }

    private static <T extends Event> List<T> told(Class<T> type) {
        return database.dsl()
                .fetch("select payload from outbox where type = ? order by seq", EventTypes.nameOf(type))
                .map(row -> Json.mapper().readValue(row.get(0, String.class), type));
    }

    private static HttpResponse<String> get(AccountId account, String path, String... headers) {
        return send(account, path, HttpResponse.BodyHandlers.ofString(), headers);
    }

    /** The lines of an answer as they come. */
    private static Stream<String> lines(AccountId account, String path, String... headers) {
        return send(account, path, HttpResponse.BodyHandlers.ofLines(), headers).body();
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port") + path);
    }

    private static <T> HttpResponse<T> send(
            AccountId account, String path, HttpResponse.BodyHandler<T> body, String... headers) {
        String identity =
                signer.sign(new Identity(account, "usr_test", OperationId.next().toString(), account == null));
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).header(Identity.HEADER, identity);
            if (headers.length > 0) {
                request.headers(headers);
            }
            return HTTP.send(request.build(), body);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<JsonNode> containers(Wishes wish, String state) {
        return listed(wish, "&state=" + state);
    }

    private static List<JsonNode> listed(Wishes wish, String filter) {
        HttpResponse<String> answer =
                get(wish.account, "/internal/v1/containers?workload=%s%s".formatted(wish.workload, filter));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(
                        Json.mapper().readTree(answer.body()).get("data").spliterator(), false)
                .toList();
    }

    private static Predicate<JsonNode> isIn(String... states) {
        return container -> List.of(states).contains(container.get("state").stringValue());
    }

    /** Waits until so many run and nothing is on its way, all in one answer: between two, a rollout goes on. */
    private static List<JsonNode> awaitRunning(Wishes wish, int count) {
        List<JsonNode> settled = await().atMost(Duration.ofSeconds(40))
                .until(
                        () -> listed(wish, ""),
                        all -> all.stream().filter(isIn("running")).count() == count
                                && all.stream().noneMatch(isIn("pending", "pulling", "starting", "stopping")));
        return settled.stream().filter(isIn("running")).toList();
    }

    private static Wishes service(AccountId account) {
        Wishes wish = Wishes.of(account);
        wish.image = TestImages.BUSYBOX;
        wish.command = List.of("/bin/sh", "-c");
        wish.args = List.of("trap 'exit 0' TERM; echo \"hello from $(hostname)\"; while :; do sleep 0.1; done");
        wish.memoryMib = 32;
        return wish;
    }

    private static Instant engineTime(String engineId, boolean finished) {
        var state = docker.inspectContainerCmd(engineId).exec().getState();
        return OffsetDateTime.parse(finished ? state.getFinishedAt() : state.getStartedAt())
                .toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
    }

    /** What a terminal said, and how it ended. */
    private static final class Listener implements WebSocket.Listener {
        final StringBuilder shown = new StringBuilder();
        final CompletableFuture<String> last = new CompletableFuture<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean end) {
            synchronized (shown) {
                shown.append(StandardCharsets.UTF_8.decode(data));
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean end) {
            last.complete(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            closed.completeExceptionally(failure);
        }

        String shown() {
            synchronized (shown) {
                return shown.toString();
            }
        }
    }

    /** Reads nothing before it is woken. */
    private static final class Slow implements WebSocket.Listener {
        final CompletableFuture<String> last = new CompletableFuture<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();

        @Override
        public void onOpen(WebSocket socket) {
            opened.complete(socket);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean end) {
            return null;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean end) {
            last.complete(data.toString());
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return null;
        }

        void wake() {
            opened.join().request(Long.MAX_VALUE);
        }
    }

    private static WebSocket terminal(AccountId account, String container, Listener listener) {
        return socket(account, container, "exec?command=%5B%22/bin/sh%22%5D&tty=true&cols=101&rows=33", listener);
    }

    private static WebSocket socket(AccountId account, String container, String route, WebSocket.Listener listener) {
        String identity =
                signer.sign(new Identity(account, "usr_test", OperationId.next().toString(), false));
        return HTTP.newWebSocketBuilder()
                .header(Identity.HEADER, identity)
                .buildAsync(
                        URI.create("ws://127.0.0.1:%s/internal/v1/containers/%s/%s"
                                .formatted(
                                        service.getEnvironment().getProperty("local.server.port"), container, route)),
                        listener)
                .join();
    }

    private static HttpResponse<String> loads(AccountId account, Object... workloads) {
        String identity =
                signer.sign(new Identity(account, "berth", OperationId.next().toString(), account == null));
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:%s/internal/v1/loads"
                                    .formatted(service.getEnvironment().getProperty("local.server.port"))))
                            .header(Identity.HEADER, identity)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(
                                    Json.mapper().writeValueAsBytes(Map.of("workloads", List.of(workloads)))))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tellsTheGatewayWhatRunningContainersUsedInOneAnswer() {
        Wishes burns = service(open());
        burns.args = List.of("trap 'exit 0' TERM; while :; do :; done");
        burns.replicas = 2;
        Wishes rests = service(burns.account);
        rests.readinessCheck = new HealthCheck(CheckType.EXEC, null, null, List.of("/bin/false"), 5, 1, 1, 0);
        tell(burns.event(now()));
        tell(rests.event(now()));
        awaitRunning(burns, 2);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> containers(rests, "running").size() == 1);

        JsonNode first = Json.mapper()
                .readTree(loads(null, burns.workload, rests.workload).body());
        assertThat(first.path("data")).hasSize(3);
        JsonNode before = first.path("data")
                .valueStream()
                .filter(one -> one.path("workload").stringValue().equals(burns.workload.toString()))
                .findFirst()
                .orElseThrow();
        assertThat(before.path("ready").booleanValue()).isTrue();
        assertThat(before.path("cpu_limit_millis").intValue()).isEqualTo(100);
        assertThat(before.path("memory_limit_bytes").longValue()).isEqualTo(32L << 20);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode rest =
                    Json.mapper().readTree(loads(null, rests.workload).body()).path("data");
            assertThat(rest.path(0).path("ready").booleanValue()).isFalse();
        });
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode after = Json.mapper()
                    .readTree(loads(null, burns.workload).body())
                    .path("data")
                    .valueStream()
                    .filter(one -> one.path("container").equals(before.path("container")))
                    .findFirst()
                    .orElseThrow();
            Duration between = Duration.between(
                    Instant.parse(before.path("at").stringValue()),
                    Instant.parse(after.path("at").stringValue()));
            assertThat(between).isGreaterThan(Duration.ofSeconds(2));
            long used = after.path("cpu_nanos").longValue()
                    - before.path("cpu_nanos").longValue();
            assertThat(used * 1000 / between.toNanos())
                    .as("thousandths of a core, of a limit of 100")
                    .isBetween(60L, 120L);
        });
        assertThat(loads(burns.account, burns.workload).statusCode()).isEqualTo(404);
        assertThat(loads(null, "wl_x").statusCode()).isEqualTo(422);
        assertThat(Json.mapper().readTree(loads(null).body()).path("data")).isEmpty();
        for (Wishes wish : List.of(burns, rests)) {
            tell(new WorkloadRemoved(wish.workload, wish.account, wish.generation + 1, now()));
        }
    }

    @Test
    void aPrivateImageIsItsAccountsOnlyAndNeedsItsRegistryOnce(@TempDir Path folder) throws IOException {
        String local =
                "berth-test/private-service:" + ThreadLocalRandom.current().nextInt(100_000);
        TestImages.load(local, Map.of("Env", List.of("PATH=/bin", "THIS=" + local)));
        try (DebianRegistry registry = new DebianRegistry(folder)) {
            registry.push(local, "team/app", "latest");
            docker.removeImageCmd(local).withForce(true).exec();
            Wishes wish = service(open());
            wish.image = registry.host() + "/team/app";
            wish.registryLogin = new RegistryLogin(
                    registry.host(),
                    DebianRegistry.USER,
                    1,
                    new SecretBox(SECRET_KEY)
                            .seal(wish.account, "registry/" + registry.host(), 1, DebianRegistry.PASSWORD));
            tell(wish.event(now()));
            JsonNode first = awaitRunning(wish, 1).getFirst();
            assertThat(first.get("image").stringValue()).startsWith(wish.image + "@sha256:");
            assertThat(first.toString()).doesNotContain(DebianRegistry.PASSWORD);
            String engineId = first.get("engine_id").stringValue();
            String image = docker.inspectContainerCmd(engineId).exec().getImageId();

            Wishes theirs = service(open());
            theirs.image = wish.image;
            tell(theirs.event(now()));
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> listed(theirs, "").stream()
                            .anyMatch(one ->
                                    "image_not_found".equals(one.path("code").asString(""))));
            assertThat(containers(theirs, "running")).isEmpty();

            registry.stop();
            docker.killContainerCmd(engineId).exec();
            JsonNode second = await().atMost(Duration.ofSeconds(40))
                    .until(
                            () -> containers(wish, "running"),
                            up -> up.size() == 1
                                    && !up.getFirst()
                                            .get("engine_id")
                                            .stringValue()
                                            .equals(engineId))
                    .getFirst();
            assertThat(docker.inspectContainerCmd(second.get("engine_id").stringValue())
                            .exec()
                            .getImageId())
                    .isEqualTo(image);
            wish.generation++;
            wish.state = DesiredState.STOPPED;
            tell(wish.event(now()));
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> listed(wish, "").stream().allMatch(isIn("stopped", "failed")));
        }
    }

    /** A line each tenth of a second says that nobody holds it up. */
    @Test
    void aContainerWaitsForNobodyWhoIsAttached() {
        Wishes wish = service(open());
        wish.stdin = true;
        wish.cpuMillis = 1000;
        wish.args = List.of("trap 'exit 5' TERM; exec 3<&0; (while read line; do [ $line != flood ] || "
                + "head -c 16000000 /dev/zero | tr '\\0' x; echo; echo \"<$line>\"; done) <&3 &"
                + " while :; do echo beat; sleep 0.1; done");
        tell(wish.event(now()));
        String container = awaitRunning(wish, 1).getFirst().get("id").stringValue();
        Listener reads = new Listener();
        WebSocket reader = socket(wish.account, container, "attach?cols=80&rows=24", reads);
        Slow slow = new Slow();
        socket(wish.account, container, "attach?cols=80&rows=24", slow);
        reader.sendBinary(StandardCharsets.UTF_8.encode("hi\n"), true).join();
        await().atMost(Duration.ofSeconds(15)).until(() -> reads.shown().contains("<hi>"));

        reader.sendBinary(StandardCharsets.UTF_8.encode("flood\n"), true).join();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(wish.account, "/internal/v1/containers/" + container + "/logs?tail=100")
                        .body()
                        .contains("<flood>"));
        Listener later = new Listener();
        socket(wish.account, container, "attach?cols=80&rows=24", later);
        await().atMost(Duration.ofSeconds(15)).until(() -> later.shown().contains("beat"));
        slow.wake();
        assertThat(slow.last.orTimeout(30, TimeUnit.SECONDS).join()).contains("the container does not wait");
        assertThat(slow.closed.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(1008);
        assertThat(containers(wish, "running")).hasSize(1);

        Listener last = new Listener();
        socket(wish.account, container, "attach?cols=80&rows=24", last);
        wish.generation++;
        wish.state = DesiredState.STOPPED;
        tell(wish.event(now()));
        assertThat(last.last.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo("{\"exit\":{\"code\":5}}");
        assertThat(last.closed.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(1000);
    }

    @Test
    void aTerminalKnowsItsSizeSaysHowItEndedAndEndsWithItsContainer() {
        Wishes wish = service(open());
        tell(wish.event(now()));
        String container = awaitRunning(wish, 1).getFirst().get("id").stringValue();
        Listener listener = new Listener();
        WebSocket socket = terminal(wish.account, container, listener);
        socket.sendBinary(StandardCharsets.UTF_8.encode("stty size; id -u\n"), true)
                .join();
        await().until(() ->
                listener.shown().contains("33 101") && listener.shown().contains("65532"));
        socket.sendText("{\"resize\": {\"cols\": 90, \"rows\": 20}}", true).join();
        await().until(() -> {
            socket.sendBinary(StandardCharsets.UTF_8.encode("stty size\n"), true)
                    .join();
            return listener.shown().contains("20 90");
        });
        socket.sendBinary(StandardCharsets.UTF_8.encode("exit 7\n"), true).join();
        assertThat(listener.last.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("{\"exit\":{\"code\":7}}");
        assertThat(listener.closed.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(1000);

        Listener stopped = new Listener();
        terminal(wish.account, container, stopped);
        Listener foreign = new Listener();
        assertThatThrownBy(() -> terminal(AccountId.next(), container, foreign))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(404));
        String stats = "/internal/v1/containers/" + container + "/stats";
        JsonNode use = Json.mapper().readTree(get(wish.account, stats).body());
        assertThat(use.path("memory_bytes").longValue()).isPositive();
        assertThat(use.path("cpu_limit_millis").intValue()).isEqualTo(100);

        List<String> looks = new CopyOnWriteArrayList<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try (Stream<String> body = lines(wish.account, stats, "Accept", "text/event-stream")) {
                body.forEach(looks::add);
            }
        });
        await().until(() -> looks.size() >= 6); // of an event three lines: id, data and an empty one
        wish.generation++;
        wish.state = DesiredState.STOPPED;
        tell(wish.event(now()));
        assertThat(stopped.last.orTimeout(30, TimeUnit.SECONDS).join()).containsAnyOf("exit", "error");
        stopped.closed.orTimeout(10, TimeUnit.SECONDS).join();
        awaitRunning(wish, 0);
        assertThat(get(wish.account, stats).statusCode()).isEqualTo(409);
        await().until(() -> !reader.isAlive());
        List<JsonNode> uses = looks.stream()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Json.mapper().readTree(line.substring("data: ".length())))
                .toList();
        assertThat(uses)
                .hasSizeGreaterThan(1)
                .allMatch(one -> one.path("memory_bytes").longValue() > 0);
        assertThat(uses.get(1).path("at").stringValue())
                .isGreaterThan(uses.get(0).path("at").stringValue());
        assertThat(looks).contains("event: end");
    }

    @Test
    void runsAServiceFromItsFirstWishToItsEnd() {
        AccountId account = open();
        Wishes wish = service(account);
        tell(wish.event(now()));
        JsonNode first = awaitRunning(wish, 1).getFirst();
        String engineId = first.get("engine_id").stringValue();
        assertThat(Instant.parse(first.get("started_at").stringValue())).isEqualTo(engineTime(engineId, false));
        ContainerStarted started = told(ContainerStarted.class).stream()
                .filter(fact -> fact.engineId().equals(engineId))
                .findFirst()
                .orElseThrow();
        assertThat(started.startedAt()).isEqualTo(engineTime(engineId, false));
        assertThat(started.sequence()).isEqualTo(1);

        wish.generation = 2;
        wish.replicas = 3;
        tell(wish.event(now()));
        assertThat(awaitRunning(wish, 3))
                .extracting(c -> c.get("name").stringValue())
                .containsExactlyInAnyOrder("web-1", "web-2", "web-3");

        wish.generation = 3;
        wish.memoryMib = 48;
        wish.cpuMillis = 150;
        tell(wish.event(now()));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> told(ContainerResized.class).stream()
                                .filter(fact -> fact.workload().equals(wish.workload))
                                .count()
                        == 3);
        assertThat(docker.inspectContainerCmd(engineId).exec().getHostConfig().getMemory())
                .isEqualTo(48L << 20);
        assertThat(docker.inspectContainerCmd(engineId).exec().getHostConfig().getNanoCPUs())
                .isEqualTo(150_000_000L);

        wish.generation = 4;
        wish.replicas = 1;
        wish.revision = 2;
        wish.env = Map.of("VERSION", "2");
        tell(wish.event(now()));
        await().atMost(Duration.ofSeconds(40))
                .until(() -> awaitRunning(wish, 1).getFirst().get("revision").asInt() == 2);

        wish.generation = 5;
        wish.state = DesiredState.STOPPED;
        wish.heldBy = "suspended";
        tell(wish.event(now()));
        awaitRunning(wish, 0);
        assertThat(told(ContainerStopped.class).stream()
                        .filter(fact -> fact.workload().equals(wish.workload))
                        .map(ContainerStopped::reason))
                .hasSize(4)
                .containsOnlyOnce(StopReason.SUSPENDED)
                .contains(StopReason.REPLACED);

        HttpResponse<String> logs = get(account, "/internal/v1/workloads/%s/logs".formatted(wish.workload));
        assertThat(logs.body()).contains("web-1 | hello from web-1\n", "web-3 | hello from web-3\n");
        assertThat(get(account, "/internal/v1/workloads/%s/logs?search=FROM%%20web-3".formatted(wish.workload))
                        .body()
                        .lines())
                .containsOnly("web-3 | hello from web-3");
        await("ended containers are removed, and their output is kept")
                .until(() -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of("dev.berth.workload", wish.workload.toString()))
                        .exec()
                        .isEmpty());

        tell(new WorkloadRemoved(wish.workload, account, 6, now()));
        tell(new AccountClosed(account, "asked", now()));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> told(TenantRemoved.class).stream()
                        .anyMatch(gone -> gone.account().equals(account)));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> docker.inspectNetworkCmd()
                        .withNetworkId("berth-" + account)
                        .exec())
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void tellsWhatAContainerSentOutOfThePoolAndTheNextOneOfItsAddressBeginsAtZero() {
        try (Outside outside = new Outside()) {
            AccountId account = open();
            Wishes job = service(account);
            job.kind = WorkloadKind.JOB;
            job.args = List.of("head -c 2000000 /dev/zero | nc -w 5 %s %d".formatted(outside.address(), Outside.PORT));
            tell(job.event(now()));
            assertThat(outside.received()).isEqualTo(2_000_000);
            EgressMeasured last = await().atMost(Duration.ofSeconds(30)).until(() -> lastOf(job), Objects::nonNull);
            assertThat(last.egressBytes()).isBetween(2_000_000L, 2_200_000L);
            await().atMost(Duration.ofSeconds(30)).until(() -> stopOf(job) != null);
            assertThat(await().atMost(Duration.ofSeconds(30))
                            .until(
                                    () -> lastOf(job),
                                    one -> one.measuredAt()
                                            .equals(stopOf(job).finishedAt().minusMillis(1))))
                    .as("the last reading is of the last millisecond")
                    .extracting(EgressMeasured::container)
                    .isEqualTo(stopOf(job).container());
            Wishes next = service(account);
            next.kind = WorkloadKind.JOB;
            next.args = List.of("head -c 10 /dev/zero | nc -w 5 %s %d".formatted(outside.address(), Outside.PORT));
            tell(next.event(now()));
            assertThat(outside.received()).isEqualTo(10);
            assertThat(await().atMost(Duration.ofSeconds(30))
                            .until(() -> lastOf(next), Objects::nonNull)
                            .egressBytes())
                    .isBetween(10L, 2000L);
        }
    }

    private static @Nullable EgressMeasured lastOf(Wishes wish) {
        return told(EgressMeasured.class).stream()
                .filter(one -> one.workload().equals(wish.workload))
                .reduce((a, b) -> b)
                .orElse(null);
    }

    private static @Nullable ContainerStopped stopOf(Wishes wish) {
        return told(ContainerStopped.class).stream()
                .filter(one -> one.workload().equals(wish.workload))
                .findFirst()
                .orElse(null);
    }

    @Test
    void runsAJobToItsEndAndTriesAFailedOneAgain() {
        AccountId account = open();
        Wishes job = service(account);
        job.kind = WorkloadKind.JOB;
        job.restart = RestartPolicy.ON_FAILURE;
        job.args = List.of("echo working; exit 0");
        tell(job.event(now()));
        Wishes failing = service(account);
        failing.kind = WorkloadKind.JOB;
        failing.restart = RestartPolicy.ON_FAILURE;
        failing.args = List.of("exit 4");
        tell(failing.event(now()));
        Wishes endless = service(account);
        endless.kind = WorkloadKind.JOB;
        endless.maxRuntimeSeconds = 1;
        endless.stopGraceSeconds = 1;
        tell(endless.event(now()));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> !containers(job, "stopped").isEmpty());
        assertThat(containers(job, "stopped")).singleElement().satisfies(container -> {
            assertThat(container.get("exit_code").asInt()).isZero();
            assertThat(container.get("reason").stringValue()).isEqualTo("exited");
        });
        await().atMost(Duration.ofSeconds(30))
                .until(() -> containers(failing, "stopped").size() >= 3);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> containers(failing, "stopped")
                        .getFirst()
                        .path("code")
                        .asString("")
                        .equals("crash_loop"));
        assertThat(containers(failing, "stopped").getFirst().get("message").stringValue())
                .contains("ended 3 times in a row", "exit code 4");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> containers(endless, "stopped").size() == 1);
        assertThat(containers(endless, "stopped").getFirst().get("reason").stringValue())
                .isEqualTo("max_runtime");
        assertThat(containers(job, "stopped"))
                .as("a job that came to its end is not run again")
                .hasSize(1);
    }

    @Test
    void saysWhyALaunchFailed() {
        AccountId account = open();
        Wishes missing = service(account);
        missing.image = "127.0.0.1:9/berth-test/none:1";
        tell(missing.event(now()));
        Wishes broken = service(account);
        broken.command = List.of("/there/is/none");
        tell(broken.event(now()));
        Wishes huge = service(account);
        huge.cpuMillis = 900_000;
        tell(huge.event(now()));
        for (var expected : Map.of(missing, "image_not_found", broken, "start_failed", huge, "no_capacity")
                .entrySet()) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(told(LaunchFailed.class))
                            .filteredOn(failed -> failed.workload().equals(expected.getKey().workload))
                            .isNotEmpty()
                            .allSatisfy(failed -> assertThat(failed.code()).isEqualTo(expected.getValue())));
        }
    }

    @Test
    void makesGoodWhatSomebodyRemoved() {
        AccountId account = open();
        Wishes wish = service(account);
        tell(wish.event(now()));
        JsonNode first = awaitRunning(wish, 1).getFirst();
        docker.removeContainerCmd(first.get("engine_id").stringValue())
                .withForce(true)
                .exec();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> containers(wish, "running").stream()
                        .anyMatch(c -> !c.get("id").equals(first.get("id"))));
        assertThat(containers(wish, "stopped"))
                .singleElement()
                .satisfies(gone -> assertThat(gone.get("reason").stringValue()).isEqualTo("platform"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !told(Inventory.class).isEmpty());
    }

    private static int number(String line) {
        return Integer.parseInt(line.replaceAll("[^0-9]", ""));
    }

    @Test
    void followsOutputAndKeepsStrangersOut() throws Exception {
        AccountId account = open();
        Wishes wish = service(account);
        wish.args = List.of("trap 'exit 0' TERM; n=0; while :; do n=$((n+1));"
                + " printf 'line %s \\033[31mred\\033[0m\\r\\n' $n; sleep 0.1; done");
        tell(wish.event(now()));
        String id = awaitRunning(wish, 1).getFirst().get("id").stringValue();
        String logs = "/internal/v1/containers/" + id + "/logs";
        List<String> shown;
        try (Stream<String> body = lines(account, logs + "?follow=true&tail=2", "Accept", "text/event-stream")) {
            shown = body.filter(line -> line.startsWith("data: line")).limit(8).toList();
        }
        assertThat(shown).hasSize(8).allMatch(line -> line.matches("data: line [0-9]+ red"));
        try (Stream<String> body = lines(account, logs + "?follow=true&tail=0")) {
            assertThat(number(body.findFirst().orElseThrow()))
                    .as("tail=0 begins with what comes")
                    .isGreaterThan(number(shown.getLast()));
        }
        String found = logs + "?tail=1&search=";
        await().until(() -> get(account, found + "LINE%2012%20").body().equals("line 12 red\n"));
        assertThat(get(account, found + "LINE%2012%2C").body()).isEmpty();
        try (Stream<String> body = lines(account, logs + "?follow=true&tail=2&search=5%20Red")) {
            assertThat(body.limit(4).map(line -> line.replaceAll("^line [0-9]*5 red$", "five")))
                    .containsOnly("five");
        }

        eachRouteIsTheAccountsOwnOrTheOperators(wish, id);
        assertThat(get(account, "/internal/v1/containers/" + id + "/logs?tail=x")
                        .statusCode())
                .isEqualTo(422);
        assertThat(get(account, "/internal/v1/tenant").body()).contains("\"state\":\"ready\"");
        assertThat(get(null, "/internal/v1/hosts").body()).contains("\"state\":\"ready\"", "\"engine_version\"");
        assertThat(get(null, "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(null, "/readyz").body()).contains("\"engine\"", "\"consumers\"", "\"relay\"");
    }

    private static void eachRouteIsTheAccountsOwnOrTheOperators(Wishes wish, String container) {
        Map<String, String> its = Map.of("id", container);
        Map<String, String> workload = Map.of("id", wish.workload.toString());
        String terminal = "&cols=80&rows=24";
        new InternalRoutes(uri("/"), SECRET, InstantSource.system())
                .read("/internal/v1/tenant", "", Map.of(), 200)
                .read("/internal/v1/containers", "", Map.of(), 200)
                .read("/internal/v1/containers", "?workload={id}", workload, 200)
                .read("/internal/v1/containers", "?account={id}", Map.of("id", wish.account.toString()), 200)
                .read("/internal/v1/containers/{id}", "", its, 200)
                .read("/internal/v1/containers/{id}/logs", "?tail=1", its, 200)
                .read("/internal/v1/containers/{id}/stats", "", its, 200)
                .read("/internal/v1/containers/{id}/exec", "?command=%5B%22ls%22%5D&tty=true" + terminal, its, 400)
                .read("/internal/v1/containers/{id}/attach", "?x=" + terminal, its, 400)
                .read("/internal/v1/workloads/{id}/logs", "?tail=1", workload, 200)
                .operator("POST", "/internal/v1/loads", Map.of(), 422)
                .operator("GET", "/internal/v1/hosts", Map.of(), 200)
                .operator("POST", "/internal/v1/operator/hosts/{name}/retire", Map.of("name", "nobody"), 404)
                .operator(
                        "POST",
                        "/internal/v1/operator/accounts/{id}/simulated_use",
                        Map.of("id", AccountId.next().toString()),
                        422)
                .operator("GET", "/internal/v1/reconcile", Map.of(), 200)
                .operator("GET", "/internal/v1/quarantine", Map.of(), 200)
                .operator(
                        "POST",
                        "/internal/v1/quarantine/{consumer}/{id}/replay",
                        Map.of("consumer", "provisioner.desired", "id", "99999"),
                        404)
                .check(
                        service
                                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                                .getHandlerMethods()
                                .keySet()
                                .stream()
                                .flatMap(route -> route.getMethodsCondition().getMethods().stream()
                                        .flatMap(method -> route.getPatternValues().stream()
                                                .map(path -> method + " " + path)))
                                .filter(route -> route.contains(" /internal/"))
                                .toList(),
                        wish.account,
                        AccountId.next(),
                        List.of(container, wish.workload.toString(), wish.account.toString()));
    }

    private static void awaitComplete(Wishes wish) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> told(RolloutObserved.class).stream()
                        .anyMatch(rollout -> rollout.workload().equals(wish.workload)
                                && rollout.state() == RolloutState.COMPLETE
                                && rollout.ready() == 1));
    }

    private static List<String> networksOf(AccountId account) {
        return docker.listNetworksCmd().exec().stream()
                .filter(network -> account.toString().equals(network.getLabels().get("dev.berth.account")))
                .map(network -> network.getName())
                .toList();
    }

    @Test
    void whoIsInAnInternalNetworkIsCheckedAndFoundByNameAndTheNetworkGoesWithTheLast() {
        AccountId account = open();
        Wishes db = service(account);
        db.name = "db";
        db.networks = List.of(new NetworkUse("back", true));
        db.args = List.of("while :; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\nI am db\\n' | nc -l -p 8080; done");
        db.healthCheck = new HealthCheck(CheckType.HTTP, "/", 8080, List.of(), 5, 2, 3, 0);
        Wishes web = service(account);
        web.networks = List.of(new NetworkUse("front", false), new NetworkUse("back", true));
        List<String> asks = List.of("/bin/sh", "-c", "nc -w 2 db-1 8080 < /dev/null | grep -q 'I am db'");
        web.healthCheck = new HealthCheck(CheckType.EXEC, null, null, asks, 5, 4, 3, 0);
        tell(db.event(now()));
        tell(web.event(now()));
        awaitComplete(db);
        awaitComplete(web);
        assertThat(networksOf(account)).hasSize(3);
        for (Wishes wish : List.of(db, web)) {
            tell(new WorkloadRemoved(wish.workload, account, 2, now()));
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> networksOf(account), left -> left.equals(List.of("berth-" + account)));
    }
}
