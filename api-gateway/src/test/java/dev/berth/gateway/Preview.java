package dev.berth.gateway;

import dev.berth.schema.Service;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.tenant.TenantReady;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;
import org.springframework.boot.SpringApplication;

/**
 * The gateway on a port of one's choice, with real PostgreSQL and Kafka, the other services played, and an account to look at:
 * {@code ada@example.com}, {@code correct horse}.
 */
public final class Preview {
    private Preview() {}

    /** Starts it; the argument is the port. */
    public static void main(String[] args) {
        String kafka = TestKafka.shared().bootstrapServers();
        int port = Integer.parseInt(args[0]);
        SpringApplication.run(GatewayApplication.class, settings(TestDatabase.fresh(Service.GATEWAY), kafka, port));
        fill(port, kafka);
        System.out.println("preview ready");
    }

    /** How a gateway is started in a test. */
    public static String[] settings(TestDatabase database, String kafka, int port) {
        String url = StandIns.shared().url();
        return new String[] {
            "--server.port=" + port,
            "--spring.datasource.url=" + database.jdbcUrl(),
            "--berth.kafka=" + kafka,
            "--berth.identity-secret=" + StandIns.SECRET,
            "--berth.secret-key=the key of the tests for secrets!!",
            "--berth.targets.allowed-ranges=127.0.0.0/8",
            "--berth.operator-key=berth_op_0123456789abcdef0123456789abcdef",
            "--berth.secure-cookies=false",
            "--berth.billing-url=" + url,
            "--berth.metering-url=" + url,
            "--berth.provisioner-url=" + url,
            "--management.otlp.metrics.export.enabled=false"
        };
    }

    private static void fill(int port, String kafka) {
        Api.Reply signup = Api.at(port).post("/v1/signup", """
                {"email": "ada@example.com", "password": "correct horse", "name": "Analytical Engines Ltd"}""").expect(201);
        String account = signup.text("account.id");
        people(port, signup.text("api_key.secret"));
        Api ada = Api.at(port).key(signup.text("api_key.secret"));
        String web = workload(ada, "web", "berth/sample:1", "service", "s", 2);
        String api = workload(
                ada, "api", "registry.example.com/team/api-server@sha256:" + "ab".repeat(32), "service", "m", 1);
        String report = workload(ada, "nightly-report", "python:3.14-slim", "job", "xs", 1);
        String broken = workload(ada, "broken", "does/not-exist:1", "service", "xs", 1);
        StandIns stand = StandIns.shared();
        String hook = ada.post("/v1/webhook_endpoints", """
                {"url": "%s/hooks/berth", "description": "billing system", "events": ["container.*", "invoice.finalized"]}""".formatted(stand.url()))
                .expect(201)
                .text("id");
        ada.post("/v1/webhook_endpoints/%s/test".formatted(hook)).expect(202);
        try (Elsewhere provisioner = new Elsewhere(Service.PROVISIONER, kafka);
                Elsewhere billing = new Elsewhere(Service.BILLING, kafka)) {
            AccountId id = AccountId.parse(account);
            provisioner.tell(new TenantReady(id, "local", "berth-" + account, "10.64.0.0/28", Instant.now()));
            provisioner.tell(
                    started(stand, id, web, 0, 500, 512),
                    started(stand, id, web, 1, 500, 512),
                    started(stand, id, api, 0, 1000, 1024));
            ContainerStarted job = started(stand, id, report, 0, 250, 256);
            provisioner.tell(job);
            provisioner.tell(new ContainerStopped(
                    job.container(),
                    id,
                    job.workload(),
                    job.engineId(),
                    "local",
                    job.startedAt(),
                    job.startedAt().plusMillis(93_417),
                    0,
                    false,
                    StopReason.EXITED,
                    job.cpuMillis(),
                    job.memoryMib(),
                    2,
                    null));
            provisioner.tell(new LaunchFailed(
                    ContainerId.next(),
                    id,
                    WorkloadId.parse(broken),
                    1,
                    0,
                    "local",
                    "image_not_found",
                    "The registry has no image 'does/not-exist:1'.",
                    Instant.now(),
                    1));
            var invoice = stand.invoice(account, "B-000001", "final");
            var _ = stand.creditNote(account, invoice.path("id").asString(), "B-000001");
            stand.invoice(account, "B-000000", "paid");
            billing.tell(new InvoiceFinalized(
                    id,
                    InvoiceId.parse(invoice.path("id").asString()),
                    "B-000001",
                    StandIns.PERIOD_START.minusSeconds(86_400 * 31),
                    StandIns.PERIOD_START,
                    "USD",
                    1234,
                    0,
                    1234,
                    1234,
                    Instant.now(),
                    Instant.now()));
            StandIns.late(java.time.Duration.ofSeconds(4));
        }
    }

    private static void people(int port, String key) {
        Api ada = Api.at(port).key(key);
        for (String one : new String[] {"grace@example.com", "katherine.johnson@analytical-engines.example.com"}) {
            ada.post("/v1/account/invitations", "{\"email\": \"%s\", \"role\": \"developer\"}".formatted(one))
                    .expect(201);
        }
        People people = new People(Api.at(port), Api.at(port).key("berth_op_0123456789abcdef0123456789abcdef"));
        people.accept(people.link("grace@example.com", "invitation"), "correct horse")
                .expect(201);
    }

    private static String workload(Api ada, String name, String image, String kind, String size, int replicas) {
        return ada.post("/v1/workloads", """
                {"name": "%s", "image": "%s", "kind": "%s", "size": "%s", "replicas": %d, "ports": [8080],
                 "env": {"LOG_LEVEL": "info"}}""".formatted(name, image, kind, size, replicas))
                .expect(202)
                .text("id");
    }

    private static ContainerStarted started(
            StandIns stand, AccountId account, String workload, int replica, int cpu, int memory) {
        var container = stand.container(account.toString(), workload, "running");
        container.put("replica", replica).put("cpu_millis", cpu).put("memory_mib", memory);
        return new ContainerStarted(
                ContainerId.parse(container.path("id").asString()),
                account,
                WorkloadId.parse(workload),
                1,
                replica,
                container.path("engine_id").asString(),
                "local",
                "berth/sample:1",
                CpuMillis.of(cpu),
                MemoryMib.of(memory),
                Instant.now(),
                1);
    }
}
