package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import dev.berth.gateway.edge.GeneratedRequests.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * 10,000 requests, made of the document that the running gateway serves, over every operation of it, sound and unsound: none is answered
 * with a fault of ours, and every answer is one that the document names. The owner of an account calls, and the operator for what is theirs.
 * A build sends the same ones each time; {@code -Dberth.fuzz.seed} sends others.
 */
class GeneratedRequestsTest extends GatewayTest {
    private static final int REQUESTS = 10_000;
    private static final int FOR_AN_ESTATE = 1_000;
    private static final int LANES = 2;
    private static final int MOST_SHOWN = 120;
    private static final int MOST_OF_A_STREAM = 16 * 1024;
    private static final Duration MOST = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An account that is used until it is spoilt. */
    private static final class Caller {
        private final Estate estate;
        private final Map<String, String> ids = new TreeMap<>();
        private int left = FOR_AN_ESTATE;

        Caller(Api api, String word) {
            estate = Estate.of(api, superuser(), word);
            for (String kind : List.of(
                    "account",
                    "api_keys",
                    "containers",
                    "deliveries",
                    "invitations",
                    "members",
                    "webhook_endpoints",
                    "invoices",
                    "lines",
                    "operations",
                    "registry_credentials",
                    "secrets",
                    "snapshots",
                    "stacks",
                    "triggers",
                    "volumes",
                    "workloads")) {
                ids.put(kind, estate.id(kind));
            }
            ids.put("accounts", estate.id("account"));
            ids.put("hosts", "local");
        }
    }

    /** What is found by all lanes. */
    private final Map<String, String> faults = new ConcurrentSkipListMap<>();

    private final Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();

    /** Other tests look at what the services behind the gateway were asked. */
    @AfterEach
    void forgetTheCalls() {
        StandIns.shared().calls().clear();
    }

    @Test
    void noneOfTenThousandIsAnsweredWithAFaultOfOurs() throws Exception {
        JsonNode document = api().get("/v1/openapi.json").expect(200).json();
        List<String> operations = GeneratedRequests.operations(document);
        try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
            List<Callable<Void>> all = IntStream.range(0, LANES)
                    .<Callable<Void>>mapToObj(lane -> () -> {
                        send(lane, document, operations);
                        return null;
                    })
                    .toList();
            for (Future<Void> lane : lanes.invokeAll(all)) {
                lane.get();
            }
        }
        System.out.printf("%d generated requests over %d operations: %s%n", REQUESTS, operations.size(), statuses);
        StringBuilder shown = new StringBuilder();
        faults.entrySet().stream()
                .limit(MOST_SHOWN)
                .forEach(one -> shown.append("%n%s%n    by %s".formatted(one.getKey(), one.getValue())));
        assertThat(faults.size()).as(shown.toString()).isZero();
        assertThat(statuses.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(REQUESTS);
        assertThat(statuses.keySet()).as("kinds of answers").contains(200, 201, 202, 204, 400, 404, 409, 412, 415, 422);
        assertThat(statuses.get(422)).isLessThan(REQUESTS / 2);
    }

    /** One lane of the requests, with accounts of its own. */
    private void send(int lane, JsonNode document, List<String> operations) throws IOException, InterruptedException {
        GeneratedRequests generated =
                new GeneratedRequests(document, LANES * Long.getLong("berth.fuzz.seed", 1) + lane);
        AnswerCheck check = new AnswerCheck(document);
        Caller caller = new Caller(api(), "made");
        Caller operated = new Caller(api(), "operated");
        for (int i = lane; i < REQUESTS; i += LANES) {
            String operation = operations.get(i / LANES % operations.size());
            String verb = operation.substring(0, operation.indexOf(' '));
            String route = operation.substring(operation.indexOf(' ') + 1);
            boolean operators = route.startsWith("/operator/");
            if (caller.left-- == 0) {
                caller = new Caller(api(), "made");
            }
            Request request = generated.next(verb, route, operators ? operated.ids : caller.ids);
            String key = operators ? "Bearer " + OPERATOR : caller.estate.authorization();
            HttpResponse<InputStream> response = send(request, key);
            String type = response.headers().firstValue("Content-Type").orElse(null);
            statuses.merge(response.statusCode(), 1, Integer::sum);
            for (String fault : check.faults(request, route, response.statusCode(), type, read(response))) {
                String kind = fault.replaceAll("[a-z]{2,4}_[0-9a-z]{26}", "…");
                faults.putIfAbsent(
                        "%s: %s".formatted(operation, kind.length() > 200 ? kind.substring(0, 200) : kind),
                        request.toString());
            }
            if (response.statusCode() == 401 && !operators) {
                caller.left = 0; // it took its own key away
            }
        }
    }

    private HttpResponse<InputStream> send(Request request, String key) throws IOException, InterruptedException {
        byte[] body = request.body();
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(api().base() + request.path()))
                .timeout(MOST)
                .header("Authorization", key)
                .method(
                        request.verb(),
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        request.headers().forEach(builder::header);
        return http.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** The body; of a stream that goes on only what is there at once. */
    private static String read(HttpResponse<InputStream> response) throws IOException {
        try (InputStream in = response.body()) {
            boolean stream = response.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.startsWith("text/event-stream") || type.startsWith("text/plain"))
                    .isPresent();
            return new String(
                    stream ? in.readNBytes(Math.min(in.available(), MOST_OF_A_STREAM)) : in.readAllBytes(),
                    StandardCharsets.UTF_8);
        }
    }
}
