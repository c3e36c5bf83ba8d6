package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.figure.Samples;
import dev.berth.bench.ring.Api;
import dev.berth.bench.ring.BareAlone;
import dev.berth.bench.ring.GatewayAlone;
import dev.berth.bench.ring.Wait;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;

/**
 * Reading a list, reading one and making one, at a fixed rate, of the gateway as it is shipped against a Spring Boot application that does one
 * query for each, in turns on the same PostgreSQL; and what row-level security and an entry of the audit log cost in the database. Workloads
 * that are made are crons of once a year, so that nothing starts.
 */
final class ApiBench implements Bench {
    private static final int PER_SECOND = 50;

    /** Each makes some sixty statements in all, its operation, its events and their readers included; fifty a second would fill two processors. */
    private static final int CREATED_PER_SECOND = 10;

    private static final int ACCOUNTS = 8;
    private static final int ROWS = 50;
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Duration MEASURED = Duration.ofSeconds(15);
    private static final int STATEMENTS = 3_000;
    private static final int COUNTED = 20;
    private static final String TEXT = "x".repeat(400);

    private static final String PICK =
            "select * from gateway.workload where account_id = ?::uuid order by workload_id desc limit 50";
    private static final String SCOPE = "select set_config('berth.account', ?, false)";

    private record Kind(String name, int perSecond, IntFunction<HttpRequest> ours, IntFunction<HttpRequest> bare) {}

    private record Customer(String account, String key, String workload) {}

    @Override
    public String name() {
        return "api";
    }

    @Override
    public List<Figure> run(Ground ground) throws Exception {
        try (GatewayAlone gateway = GatewayAlone.start(ground.checkout(), ground.folder(), ground.port());
                Connection database = gateway.connect();
                BareAlone bare = bare(ground, gateway, database)) {
            ground.progress().accept("making %d accounts with %d workloads each".formatted(ACCOUNTS, ROWS));
            List<Customer> customers = new ArrayList<>();
            for (int i = 0; i < ACCOUNTS; i++) {
                customers.add(customer(gateway));
            }
            UUID thing = things(bare.base());
            List<Kind> kinds = kinds(gateway.base(), bare.base(), customers, thing);
            List<Figure> figures = new ArrayList<>();
            for (Kind kind : kinds) {
                ground.progress().accept("%s, %d a second".formatted(kind.name, kind.perSecond));
                figures.addAll(measured(kind, ground.scale()));
            }
            for (Kind kind : kinds) {
                figures.add(Figure.of(
                        name(),
                        kind.name + ", statements for one",
                        statements(database, ground.folder(), kind.ours),
                        ""));
            }
            ground.progress().accept("row-level security and the audit log");
            figures.addAll(walls(gateway, database, customers.getFirst(), ground.scale()));
            return figures;
        }
    }

    private static BareAlone bare(Ground ground, GatewayAlone gateway, Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("create role bare login password 'bare'");
            statement.execute("create schema bare authorization bare");
            statement.execute("alter role bare set search_path = bare");
        }
        return BareAlone.start(
                ground.checkout(), ground.folder(), ground.port() + 7, gateway.jdbcUrl(), "bare", "bare");
    }

    private static Customer customer(GatewayAlone gateway) {
        JsonNode signup = gateway.anonymous().signUp(Map.of());
        String account = signup.at("/account/id").asString();
        String key = signup.at("/api_key/secret").asString();
        gateway.operator()
                .post(
                        "/operator/v1/accounts/%s/quota".formatted(account),
                        Map.of("containers", 1_000_000, "cpu_millis", 1_000_000_000, "memory_mib", 1_000_000_000));
        Api customer = gateway.anonymous().as(key);
        String workload = "";
        for (int i = 0; i < ROWS; i++) {
            workload = customer.post("/v1/workloads", cron("w" + i)).at("/id").asString();
        }
        return new Customer(account, key, workload);
    }

    private static Map<String, Object> cron(String name) {
        return Map.of(
                "name",
                name,
                "kind",
                "cron",
                "image",
                "berth/sample:1",
                "cpu_millis",
                10,
                "memory_mib",
                16,
                "env",
                Map.of("TEXT", TEXT),
                "schedule",
                Map.of("cron", "@yearly"));
    }

    private static UUID things(URI base) {
        Api api = new Api(base, Map.of());
        UUID id = UUID.randomUUID();
        for (int i = 0; i < ROWS; i++) {
            id = UUID.randomUUID();
            api.post("/things", Map.of("id", id.toString(), "name", "w" + i, "text", TEXT));
        }
        return id;
    }

    private static List<Kind> kinds(URI ours, URI bare, List<Customer> customers, UUID thing) {
        String run = Long.toString(System.nanoTime(), 36);
        return List.of(
                new Kind(
                        "list of 50",
                        PER_SECOND,
                        i -> ours(ours, customers, i, "/v1/workloads?limit=50").build(),
                        i -> HttpRequest.newBuilder(bare.resolve("/things")).build()),
                new Kind(
                        "get",
                        PER_SECOND,
                        i -> ours(ours, customers, i, "/v1/workloads/" + of(customers, i).workload)
                                .build(),
                        i -> HttpRequest.newBuilder(bare.resolve("/things/" + thing))
                                .build()),
                new Kind(
                        "create",
                        CREATED_PER_SECOND,
                        i -> ours(ours, customers, i, "/v1/workloads")
                                .header("Idempotency-Key", UUID.randomUUID().toString())
                                .POST(json(cron("c" + run.substring(run.length() - 6) + "-"
                                        + UUID.randomUUID().toString().substring(0, 12) + "x")))
                                .build(),
                        i -> HttpRequest.newBuilder(bare.resolve("/things"))
                                .header("Content-Type", "application/json")
                                .POST(json(Map.of("id", UUID.randomUUID().toString(), "name", "c" + i, "text", TEXT)))
                                .build()));
    }

    private static Customer of(List<Customer> customers, int i) {
        return customers.get(i % customers.size());
    }

    private static HttpRequest.Builder ours(URI base, List<Customer> customers, int i, String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + of(customers, i).key);
    }

    private static HttpRequest.BodyPublisher json(Map<String, Object> body) {
        return HttpRequest.BodyPublishers.ofString(
                tools.jackson.databind.json.JsonMapper.shared().writeValueAsString(body));
    }

    private List<Figure> measured(Kind kind, double scale) throws InterruptedException {
        Pace pace = new Pace();
        Duration warm = scaled(WARM_UP, scale);
        pace.send(kind.perSecond, warm, kind.ours);
        pace.send(kind.perSecond, warm, kind.bare);
        Pace.Run ours = pace.send(kind.perSecond, scaled(MEASURED, scale), kind.ours);
        Pace.Run bare = pace.send(kind.perSecond, scaled(MEASURED, scale), kind.bare);
        if (ours.refused() + bare.refused() > 0) {
            throw new IllegalStateException("%d of ours and %d of the bare ones were refused for '%s'"
                    .formatted(ours.refused(), bare.refused(), kind.name));
        }
        return List.of(
                Figure.of(name(), kind.name + ", median", ours.p50Ms(), "ms"),
                Figure.of(name(), kind.name + ", p99", ours.p99Ms(), "ms"),
                Figure.of(name(), kind.name + " of the bare application, median", bare.p50Ms(), "ms"),
                Figure.of(name(), kind.name + " of the bare application, p99", bare.p99Ms(), "ms"),
                Figure.of(name(), kind.name + ", ratio of medians", ours.p50Ms() / bare.p50Ms(), "×"),
                Figure.of(name(), kind.name + ", ratio of p99", ours.p99Ms() / bare.p99Ms(), "×"));
    }

    private static Duration scaled(Duration whole, double scale) {
        return Duration.ofMillis(Math.max(1_000, Math.round(whole.toMillis() * scale)));
    }

    /** How many statements PostgreSQL is sent for a request, by its own log; those of loops in the background are taken off. */
    private static double statements(Connection database, Path folder, IntFunction<HttpRequest> request)
            throws SQLException, IOException, InterruptedException {
        Path log = folder.resolve("logs/postgresql.log");
        Pace pace = new Pace();
        try (Statement statement = database.createStatement()) {
            statement.execute("alter role berth_gateway set log_statement = 'all'");
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'berth_gateway'");
        }
        try {
            pace.send(PER_SECOND, Duration.ofSeconds(2), request);
            long idleBefore = logged(log);
            Wait.pause(Duration.ofSeconds(1));
            long before = logged(log);
            double idle = before - idleBefore;
            pace.send(COUNTED, Duration.ofSeconds(1), request);
            return Math.max(0, (logged(log) - before - idle) / COUNTED);
        } finally {
            try (Statement statement = database.createStatement()) {
                statement.execute("alter role berth_gateway reset log_statement");
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'berth_gateway'");
            }
        }
    }

    private static long logged(Path log) throws IOException {
        try (var lines = Files.lines(log, java.nio.charset.StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(" execute ") || line.contains("statement: "))
                    .count();
        }
    }

    /** The same query by one that no policy holds for, by the gateway's role, and with the setting made anew before each. */
    private List<Figure> walls(GatewayAlone gateway, Connection superuser, Customer customer, double scale)
            throws SQLException {
        String account =
                dev.berth.schema.id.AccountId.parse(customer.account).uuid().toString();
        int count = (int) Math.max(100, STATEMENTS * scale);
        try (Connection role =
                DriverManager.getConnection(gateway.jdbcUrl(), "berth_gateway", gateway.password("gateway"))) {
            double without = median(superuser, count, account, false);
            double kept = scopedOnce(role, count, account);
            double anew = median(role, count, account, true);
            double entry = audit(role, count, account);
            return List.of(
                    Figure.of(name(), "50 rows without row-level security", without, "ms"),
                    Figure.of(name(), "50 rows under it, the setting being there", kept, "ms"),
                    Figure.of(name(), "50 rows under it, with the round trip of the setting", anew, "ms"),
                    Figure.of(name(), "an entry of the audit log, with its chain and its commit", entry, "ms"));
        }
    }

    private static double scopedOnce(Connection role, int count, String account) throws SQLException {
        scope(role, account);
        return median(role, count, account, false);
    }

    private static void scope(Connection connection, String account) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement(SCOPE)) {
            set.setString(1, account);
            set.execute();
        }
    }

    private static double median(Connection connection, int count, String account, boolean scoping)
            throws SQLException {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            if (scoping) {
                scope(connection, account);
            }
            try (PreparedStatement pick = connection.prepareStatement(PICK)) {
                pick.setString(1, account);
                var rows = pick.executeQuery();
                while (rows.next()) {
                    rows.getString(1);
                }
            }
            if (i >= count / 10) {
                times.add(Duration.ofNanos(System.nanoTime() - began));
            }
        }
        return new Samples(times).median();
    }

    /** As the gateway writes one: the end of the chain, which is its lock, and the entry; in a chain that is nobody's. */
    private static double audit(Connection role, int count, String account) throws SQLException {
        String nobodys = UUID.randomUUID().toString();
        scope(role, "");
        List<Duration> times = new ArrayList<>();
        role.setAutoCommit(false);
        for (int i = 1; i <= count / 3; i++) {
            long began = System.nanoTime();
            try (PreparedStatement chain = role.prepareStatement(
                            "insert into gateway.audit_chain (account_id, seq, hash) values (?::uuid, ?, decode(repeat('00', 32), 'hex'))"
                                    + " on conflict (account_id) do update set seq = excluded.seq, hash = excluded.hash returning seq");
                    PreparedStatement entry = role.prepareStatement(
                            "insert into gateway.audit_entry (account_id, seq, recorded_at, actor, address, user_agent, action, subject,"
                                    + " result, status, code, operation, previous_hash, hash) values (?::uuid, ?, now(), 'key_bench',"
                                    + " '127.0.0.1', 'bench', 'POST /v1/workloads', ?, 'done', 202, '', 'op_bench',"
                                    + " decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))")) {
                chain.setString(1, nobodys);
                chain.setLong(2, i);
                chain.execute();
                entry.setString(1, nobodys);
                entry.setLong(2, i);
                entry.setString(3, account);
                entry.execute();
                role.commit();
            }
            if (i > count / 30) {
                times.add(Duration.ofNanos(System.nanoTime() - began));
            }
        }
        role.setAutoCommit(true);
        return new Samples(times).median();
    }
}
