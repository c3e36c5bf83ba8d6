package dev.berth.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The services behind the gateway, played on one port: the shapes of the API, numbers that are easy to check, and switches for
 * what goes wrong. It refuses a call without a valid identity as they do. Thread-safe.
 */
public final class StandIns implements AutoCloseable {
    /** What the gateway under test signs with. */
    public static final String SECRET = "0123456789abcdef0123456789abcdef";

    /** The start of the period that all accounts are in. */
    public static final Instant PERIOD_START = Instant.parse("2026-11-01T00:00:00Z");

    private static final int INTERVALS = 3;
    private static final Instant PERIOD_END = Instant.parse("2026-12-01T00:00:00Z");

    /** A call that came in. */
    public record Called(String method, String path, Map<String, String> query, Identity identity, String body) {}

    /** What answers a path in place of the usual. */
    @FunctionalInterface
    public interface Handler {
        void handle(HttpExchange exchange, Called called) throws IOException;
    }

    private static final class Shared {
        static final StandIns ONE = new StandIns();
    }

    private final StandInBilling billing = new StandInBilling();
    private final HttpServer server;
    private final IdentitySigner signer = new IdentitySigner(SECRET, InstantSource.system());
    private final List<Called> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Handler> overrides = new ConcurrentHashMap<>();
    private final Map<String, List<ObjectNode>> containers = new ConcurrentHashMap<>();
    private final Map<String, List<ObjectNode>> invoices = new ConcurrentHashMap<>();
    private final StandInCards cards = new StandInCards();
    private final Map<String, String> currencies = new ConcurrentHashMap<>();

    /** Streams of logs that are open now. */
    public final AtomicInteger openLogs = new AtomicInteger();

    /** What the next streams write; one line a tenth of a second while it follows. */
    public volatile List<String> logLines = List.of("hello", "<script>alert('log')</script>", "listening on 8080");

    /** One for the tests of this JVM. */
    public static StandIns shared() {
        return Shared.ONE;
    }

    /** One of one's own. */
    public StandIns() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where all of them are. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Everything that was asked, in order. */
    public List<Called> calls() {
        return calls;
    }

    /** What was asked of paths that begin so. */
    public List<Called> callsTo(String prefix) {
        return calls.stream().filter(call -> call.path().startsWith(prefix)).toList();
    }

    /** Answers a path another way until {@link #mend}. */
    public void instead(String path, Handler handler) {
        overrides.put(path, handler);
    }

    /** Everything answers as usual again. */
    public void mend() {
        overrides.clear();
    }

    /** Bills an account in a currency other than USD. */
    public void pays(String account, String currency) {
        currencies.put(account, currency);
    }

    /** Gives an account a container. */
    public ObjectNode container(String account, String workload, String state) {
        ObjectNode container = Json.mapper()
                .createObjectNode()
                .put("id", ContainerId.next().toString())
                .put("workload", workload)
                .put("generation", 1)
                .put("replica", 0)
                .put("engine_id", "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945")
                .put("host", "local")
                .put("state", state)
                .put("started_at", "2026-11-22T09:14:03.120Z")
                .put("finished_at", state.equals("stopped") ? "2026-11-22T09:52:41.388Z" : null)
                .put("exit_code", state.equals("stopped") ? 0 : null)
                .put("oom_killed", false)
                .put("reason", state.equals("stopped") ? "stopped" : null)
                .put("cpu_millis", 250)
                .put("memory_mib", 256);
        containers.computeIfAbsent(account, key -> new CopyOnWriteArrayList<>()).addFirst(container);
        return container;
    }

    /** Gives an account a credit note, and credit that the same invoice has used. */
    public ObjectNode creditNote(String account, String invoice, String number) {
        billing.grant(account, invoice, number);
        return billing.note(account, invoice, "CN-" + number);
    }

    /** Gives an account an invoice with two lines. */
    public ObjectNode invoice(String account, String number, String status) {
        ObjectNode invoice = Json.mapper()
                .createObjectNode()
                .put("id", InvoiceId.next().toString())
                .put("number", number)
                .put("status", status);
        invoice.set("period", period("2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"));
        invoice.set("subtotal", money(1234));
        invoice.set("tax", money(0));
        invoice.set("total", money(1234));
        invoice.set("amount_due", money(status.equals("paid") ? 0 : 1234));
        ArrayNode lines = invoice.putArray("lines");
        lines.add(line("vcpu_seconds", "vCPU-seconds", "987654.321", "0.0000125", 1000));
        lines.add(line("gib_seconds", "GiB-seconds", "156000.5", "0.0000015", 234));
        invoices.computeIfAbsent(account, key -> new CopyOnWriteArrayList<>()).addFirst(invoice);
        return invoice;
    }

    /** The cards of accounts. */
    public StandInCards cards() {
        return cards;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            String token = exchange.getRequestHeaders().getFirst(Identity.HEADER);
            Identity identity = token == null ? null : signer.verify(token).orElse(null);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (identity == null) {
                problem(exchange, 401, "unauthenticated", "There is no valid identity.");
                return;
            }
            Called called = new Called(exchange.getRequestMethod(), uri.getPath(), query(uri), identity, body);
            calls.add(called);
            Handler override = overrides.get(called.path);
            if (override == null) {
                usual(exchange, called);
            } else {
                override.handle(exchange, called);
            }
        } catch (RuntimeException e) {
            e.printStackTrace();
            throw e;
        }
    }

    private void usual(HttpExchange exchange, Called called) throws IOException {
        String path = called.path.substring("/internal/v1".length());
        String account = String.valueOf(called.identity.account());
        switch (path) {
            case "/containers" ->
                page(exchange, called, containersOf(account, called.query.get("workload")), StandIns::id);
            case "/hosts", "/quarantine", "/audit" ->
                answer(exchange, 200, Json.mapper().createArrayNode());
            case "/usage" -> answer(exchange, 200, usage(called));
            case "/watermark" ->
                answer(exchange, 200, Json.mapper().createObjectNode().put("watermark", "2026-11-22T08:00:00.000Z"));
            case "/prices" -> prices(exchange, called);
            case "/quote" -> answer(exchange, 200, quote(called));
            case "/period" -> {
                ObjectNode period = period(Json.text(PERIOD_START), Json.text(PERIOD_END));
                answer(exchange, 200, period.put("currency", "USD"));
            }
            case "/rate" -> answer(exchange, 200, rated(called));
            case "/invoices" ->
                page(
                        exchange,
                        called,
                        invoices.getOrDefault(called.query.getOrDefault("account", account), List.of()),
                        StandIns::id);
            case "/invoices/upcoming" -> answer(exchange, 200, upcoming());
            case "/usage/focus" -> {
                String asked = called.query.get("invoice");
                if (asked != null
                        && invoices.getOrDefault(account, List.of()).stream()
                                .noneMatch(one -> one.path("id").asString().equals(asked))) {
                    problem(exchange, 404, "not_found", "There is no invoice " + asked);
                    return;
                }
                exchange.getResponseHeaders().add("Content-Type", "text/csv;charset=UTF-8");
                exchange.sendResponseHeaders(200, 0);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write("BilledCost\r\n".getBytes(StandardCharsets.UTF_8));
                }
            }
            case "/signing_keys" -> {
                ObjectNode keys = Json.mapper().createObjectNode();
                keys.putArray("data").addObject().put("key_id", "00112233445566778899aabbccddeeff");
                answer(exchange, 200, keys.putNull("next_cursor"));
            }
            case "/operator/live" -> answer(exchange, 200, live(called));
            case "/spend_cap", "/spend_cap/remove" -> answer(exchange, 200, spendCap());
            default -> {
                if (billing.answers(exchange, called, account, path)) {
                    return;
                }
                if (path.endsWith("/logs")) {
                    if (isOthers(account, path.split("/"))) {
                        problem(exchange, 404, "not_found", "There is no container " + path.split("/")[2]);
                        return;
                    }
                    logs(exchange, called);
                } else if (path.startsWith("/containers/")) {
                    one(exchange, containers.getOrDefault(account, List.of()), path.substring(12), "container");
                } else if (path.startsWith("/invoices/")) {
                    invoice(exchange, called, account, path.substring(10).split("/"));
                } else if (path.startsWith("/payment_methods")) {
                    cards.handle(exchange, called.method, path, account);
                } else if (path.startsWith("/operator/") || path.equals("/stripe/webhook")) {
                    answer(exchange, 200, Json.mapper().createObjectNode());
                } else {
                    problem(exchange, 404, "not_found", "There is no route " + path);
                }
            }
        }
    }

    private void invoice(HttpExchange exchange, Called called, String account, String[] rest) throws IOException {
        List<ObjectNode> mine = invoices.getOrDefault(account, List.of());
        ObjectNode invoice = mine.stream()
                .filter(one -> one.path("id").asString().equals(rest[0]))
                .findFirst()
                .orElse(null);
        if (invoice == null) {
            problem(exchange, 404, "not_found", "There is no invoice " + rest[0]);
        } else if (rest.length == 1) {
            answer(exchange, 200, invoice);
        } else if (rest[1].equals("pdf")) {
            exchange.getResponseHeaders().add("Content-Type", "application/pdf");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("%PDF-1.7".getBytes(StandardCharsets.UTF_8));
            }
        } else if (rest[1].equals("evidence")) {
            exchange.getResponseHeaders().add("Content-Type", "application/x-ndjson");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("{\"row\":\"evidence\"}\n".getBytes(StandardCharsets.UTF_8));
            }
        } else if (rest[1].equals("pay")) {
            JsonNode card = Json.mapper().readTree(called.body).path("card");
            if (!card.path("number").asString("").equals("4242424242424242")) {
                problem(exchange, 402, "card_declined", "The card was declined.");
                return;
            }
            invoice.put("status", "paid").set("amount_due", money(0));
            answer(exchange, 200, invoice);
        } else if (rest[1].equals("payments")) {
            page(exchange, called, List.of(), StandIns::id);
        } else {
            List<ObjectNode> intervals =
                    Stream.generate(StandIns::interval).limit(INTERVALS).toList();
            page(exchange, called, intervals, one -> String.valueOf(intervals.indexOf(one)));
        }
    }

    private static ObjectNode interval() {
        ObjectNode interval = Json.mapper()
                .createObjectNode()
                .put("container", ContainerId.next().toString())
                .put("engine_id", "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945")
                .put("started_at", "2026-10-22T09:14:03.120Z")
                .put("finished_at", "2026-10-22T09:52:41.388Z")
                .put("ms", 2_318_268)
                .put("cpu_millis", 500)
                .put("memory_mib", 512)
                .put("billed", true);
        interval.putObject("cause")
                .put("operation", "op_01kb5v8f7vf3sbj8gq1cq5a3de")
                .put("actor", "key_01kb5v8f7vf3sbj8gq1cq5a3df")
                .put("at", "2026-10-22T09:14:02.701Z");
        return interval;
    }

    private void logs(HttpExchange exchange, Called called) throws IOException {
        boolean events = exchange.getRequestHeaders().getFirst("Accept").contains("text/event-stream");
        exchange.getResponseHeaders().add("Content-Type", events ? "text/event-stream" : "text/plain;charset=UTF-8");
        exchange.sendResponseHeaders(200, 0);
        openLogs.incrementAndGet();
        try (OutputStream out = exchange.getResponseBody()) {
            for (String line : logLines) {
                out.write((events ? "data: " + line + "\n\n" : line + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            // A source that follows is silent from here on; only a write tells it that its reader has gone.
            while (called.query.containsKey("follow") && !new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)) {
                if (events) {
                    out.write(": \n\n".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                } else if (isClosed(exchange)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            openLogs.decrementAndGet();
        }
    }

    /** A write of nothing would not fail; a chunk is only written when there is something, so ask with one space. */
    private static boolean isClosed(HttpExchange exchange) {
        try {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether a path is of a container that the account does not have. */
    private boolean isOthers(String account, String[] path) {
        return path[1].equals("containers")
                && containersOf(account, null).stream()
                        .noneMatch(one -> one.path("id").asString().equals(path[2]));
    }

    private List<ObjectNode> containersOf(String account, @Nullable String workload) {
        return containers.getOrDefault(account, List.of()).stream()
                .filter(one ->
                        workload == null || one.path("workload").asString().equals(workload))
                .toList();
    }

    private static void one(HttpExchange exchange, List<ObjectNode> all, String id, String what) throws IOException {
        for (ObjectNode one : all) {
            if (one.path("id").asString().equals(id)) {
                answer(exchange, 200, one);
                return;
            }
        }
        problem(exchange, 404, "not_found", "There is no %s %s".formatted(what, id));
    }

    private ObjectNode usage(Called called) {
        ObjectNode usage = Json.mapper()
                .createObjectNode()
                .put("from", called.query.get("from"))
                .put("to", called.query.get("to"))
                .put("as_of", Json.text(Instant.now()));
        ArrayNode data = usage.putArray("data");
        long total = 0;
        if (called.query.get("group_by").equals("day")) {
            for (int day = 1; day <= 22; day++) {
                long ms = 1_000_000L * (1 + (day * 7) % 11);
                data.add(row("2026-11-%02d".formatted(day), ms));
                total += ms;
            }
        } else {
            List<String> keys = containersOf(String.valueOf(called.identity.account()), null).stream()
                    .map(one -> one.path("workload").asString())
                    .distinct()
                    .toList();
            for (String key : keys) {
                data.add(row(key, 3_600_123));
                total += 3_600_123;
            }
        }
        ObjectNode sum = row("", total);
        sum.remove("key");
        usage.set("total", sum);
        return usage;
    }

    private static ObjectNode spendCap() {
        ObjectNode cap = Json.mapper().createObjectNode();
        cap.putNull("workload").set("amount", money(5000));
        cap.put("action", "stop").put("percent", 6).put("notified", 0).put("reached", false);
        cap.putNull("reached_at").putNull("ms_to_cap").putNull("prepaid");
        cap.set("used", money(321));
        cap.set("remaining", money(4679));
        cap.set("period", period(Json.text(PERIOD_START), Json.text(PERIOD_END)));
        cap.putArray("workloads");
        return cap;
    }

    private ObjectNode live(Called called) {
        ObjectNode live = Json.mapper().createObjectNode();
        ArrayNode data = live.putArray("data");
        for (JsonNode account : Json.mapper().readTree(called.body).path("accounts")) {
            String currency = currencies.getOrDefault(account.asString(), "USD");
            ObjectNode one = data.addObject()
                    .put("account", account.asString())
                    .put("as_of", Json.text(Instant.now()))
                    .put("container_seconds", "3600.123")
                    .put("vcpu_seconds", "900.03075")
                    .put("gib_seconds", "900.03075")
                    .put("running", 1)
                    .put("seconds_to_cap", 3600);
            one.set("period", period(Json.text(PERIOD_START), Json.text(PERIOD_END)));
            one.putObject("burn_rate").put("per_hour", "0.000000").put("currency", currency);
            one.putArray("workloads");
            one.putArray("volumes");
            for (String amount : List.of("accrued", "used", "cap")) {
                one.putObject(amount)
                        .put("amount_minor", amount.equals("cap") ? 5000 : 321)
                        .put("currency", currency);
            }
        }
        return live;
    }

    private static ObjectNode row(String key, long ms) {
        return Json.mapper()
                .createObjectNode()
                .put("key", key)
                .put("container_ms", ms)
                .put("container_seconds", java.math.BigDecimal.valueOf(ms, 3).toPlainString())
                .put("vcpu_seconds", java.math.BigDecimal.valueOf(ms * 25, 5).toPlainString())
                .put("gib_seconds", java.math.BigDecimal.valueOf(ms * 25, 5).toPlainString());
    }

    /** A cent for each 100 seconds, rounded down. */
    private static ObjectNode rated(Called called) {
        ObjectNode usage = (ObjectNode) Json.mapper().readTree(called.body);
        long sum = 0;
        for (JsonNode row : usage.path("data")) {
            long cents = row.path("container_ms").asLong() / 100_000;
            ((ObjectNode) row).set("cost", money(cents));
            sum += cents;
        }
        ((ObjectNode) usage.path("total")).set("cost", money(sum));
        return usage;
    }

    private static ObjectNode upcoming() {
        ObjectNode invoice = Json.mapper().createObjectNode();
        invoice.putNull("id").putNull("number").put("status", "gathering");
        invoice.set("period", period(Json.text(PERIOD_START), Json.text(PERIOD_END)));
        invoice.set("subtotal", money(321));
        invoice.set("tax", money(0));
        invoice.set("total", money(321));
        invoice.set("amount_due", money(321));
        invoice.putArray("lines").add(line("vcpu_seconds", "vCPU-seconds", "256800", "0.0000125", 321));
        return invoice;
    }

    private static ObjectNode line(String component, String text, String quantity, String price, long cents) {
        ObjectNode line = Json.mapper()
                .createObjectNode()
                .put("id", InvoiceLineId.next().toString())
                .put("component", component)
                .put("description", text)
                .put("quantity", quantity)
                .put("unit", "s")
                .put("unit_price", price);
        line.set("amount", money(cents));
        return line.putNull("workload");
    }

    private static ObjectNode quote(Called called) {
        JsonNode size = Json.mapper().readTree(called.body);
        long cents = size.path("replicas").asLong();
        ObjectNode quote = Json.mapper().createObjectNode().put("currency", "USD");
        quote.set("per_hour", money(cents));
        quote.set("per_month", money(cents * 730));
        return quote;
    }

    /** Prices are the same number in each currency that there is. */
    private void prices(HttpExchange exchange, Called called) throws IOException {
        String own = currencies.getOrDefault(String.valueOf(called.identity.account()), "USD");
        String currency = called.query.getOrDefault("currency", own);
        if (!List.of("USD", "EUR").contains(currency)) {
            problem(exchange, 422, "unsupported_currency", "There are no prices in '%s'.".formatted(currency));
            return;
        }
        ObjectNode prices = Json.mapper()
                .createObjectNode()
                .put("name", called.query.getOrDefault("plan", "standard"))
                .put("version", "1")
                .put("currency", currency);
        ArrayNode components = prices.putArray("components");
        components
                .addObject()
                .put("id", "vcpu_seconds")
                .put("model", "per_unit")
                .put("unit_price", "0.0000125")
                .put("free_per_month", "180000");
        components
                .addObject()
                .put("id", "gib_seconds")
                .put("model", "per_unit")
                .put("unit_price", "0.0000015")
                .put("free_per_month", "360000");
        answer(exchange, 200, prices);
    }

    private static ObjectNode period(String start, String end) {
        return Json.mapper().createObjectNode().put("start", start).put("end", end);
    }

    /** US cents. */
    public static ObjectNode money(long cents) {
        return Json.mapper().createObjectNode().put("amount_minor", cents).put("currency", "USD");
    }

    /** A page as the services make it: the cursor is where the last row stands, in plain; they refuse any other. */
    private static void page(
            HttpExchange exchange, Called called, List<ObjectNode> newestFirst, Function<ObjectNode, String> position)
            throws IOException {
        List<ObjectNode> rows = "created_at".equals(called.query.get("sort")) ? newestFirst.reversed() : newestFirst;
        String cursor = called.query.get("cursor");
        List<String> positions = rows.stream().map(position).toList();
        if (cursor != null && !positions.contains(cursor)) {
            problem(exchange, 422, "invalid", "take it from next_cursor of the page before");
            return;
        }
        int from = cursor == null ? 0 : positions.indexOf(cursor) + 1;
        int to = Math.min(rows.size(), from + Integer.parseInt(called.query.getOrDefault("limit", "50")));
        ObjectNode page = Json.mapper().createObjectNode();
        page.putArray("data").addAll(new ArrayList<>(rows.subList(from, to)));
        page.put("next_cursor", to < rows.size() ? positions.get(to - 1) : null);
        answer(exchange, 200, page);
    }

    private static String id(ObjectNode row) {
        return row.path("id").asString();
    }

    /** Answers JSON. */
    public static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
        send(exchange, status, "application/json", Json.mapper().writeValueAsBytes(body));
    }

    /** Answers a problem as the services do. */
    public static void problem(HttpExchange exchange, int status, String code, String detail) throws IOException {
        ObjectNode problem = Json.mapper()
                .createObjectNode()
                .put("type", "urn:berth:problem:" + code)
                .put("status", status)
                .put("code", code)
                .put("title", "Refused")
                .put("detail", detail)
                .put("hint", "Try another.")
                .put("request_id", "req_of_the_service");
        send(exchange, status, "application/problem+json", Json.mapper().writeValueAsBytes(problem));
    }

    /** Answers bytes of a media type. */
    public static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new LinkedHashMap<>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    /** Waits this long, for answers that come late. */
    public static void late(Duration time) {
        try {
            if (!new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
