package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Data outlives the containers that wrote it, has one writer at a time whatever dies meanwhile, can be put back, ends where its owner ends
 * it; and each GiB and second of it is on the invoice once.
 */
@Tag("walk")
class AVolumeOutlivesItsContainersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String APPEND = "echo start >> /data/log; cat /data/log; sync; exec sleep 3600";

    private final Ring ring = Ring.shared();
    private final Customer customer = Customer.signUp(ring);

    private JsonNode volume(String id) {
        return customer.api().get("/v1/volumes/" + id).expect(200);
    }

    private JsonNode await(String id, String what, java.util.function.Predicate<JsonNode> wanted) {
        return Until.value(what, PATIENCE, () -> volume(id), wanted);
    }

    private Map<String, Object> writer(String name, String volume, String script) {
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("name", name);
        wish.put("kind", "service");
        wish.put("image", "berth/sample:1");
        wish.put("size", "xs");
        wish.put("command", List.of("/bin/sh", "-c", script));
        wish.put("volumes", List.of(Map.of("volume", volume, "path", "/data")));
        return wish;
    }

    /** How often the program has found itself started, as it read from the volume; of its latest container. */
    private void awaitStarts(String workload, int starts) {
        Until.value(
                "the program has found %d starts in its volume".formatted(starts),
                PATIENCE,
                () -> customer.latestLog(workload),
                text -> text.lines().filter(line -> line.contains("start")).count() == starts);
    }

    /** Which names containers of the account have volumes under that they may write to, as Docker says. */
    private List<String> leases() {
        List<String> sources = new ArrayList<>();
        String ids =
                Witness.docker("ps", "-q", "--no-trunc", "--filter", "label=dev.berth.account=" + customer.account());
        for (String id : ids.lines().toList()) {
            String mounts = Witness.docker(
                    "inspect",
                    "--format",
                    "{{range .HostConfig.Mounts}}{{if not .ReadOnly}}{{.Source}}{{end}}{{end}}",
                    id);
            if (!mounts.isBlank()) {
                sources.add(mounts.strip());
            }
        }
        return sources;
    }

    @Test
    void dataStaysHasOneWriterAndIsOnTheInvoiceOnce() {
        Api api = customer.api();
        String id = api.persist("POST", "/v1/volumes", Map.of("name", "data", "size_gib", 1))
                .expect(202)
                .at("/id")
                .asString();
        await(
                id,
                "the volume is ready",
                it -> it.at("/observed/state").asString().equals("ready"));

        String web = api.persist("POST", "/v1/workloads", writer("web", "data", APPEND))
                .expect(202)
                .at("/id")
                .asString();
        customer.awaitRunning(web, 1);
        awaitStarts(web, 1);
        assertThat(leases())
                .singleElement()
                .satisfies(source -> assertThat(source).endsWith(id + ".1"));
        assertThat(api.persist("POST", "/v1/workloads", writer("other", id, APPEND))
                        .status())
                .as("a second writer")
                .isEqualTo(409);

        api.persist("PATCH", "/v1/workloads/" + web, Map.of("env", Map.of("N", "2")))
                .expect(202);
        ring.kill("provisioner"); // while one container ends and the next one begins
        ring.awaitReady();
        customer.awaitRunning(web, 1);
        awaitStarts(web, 2);
        assertThat(leases())
                .singleElement()
                .satisfies(source -> assertThat(source).endsWith(id + ".2"));

        String snapshot = api.persist("POST", "/v1/volumes/%s/snapshots".formatted(id), Map.of("name", "two"))
                .expect(202)
                .at("/id")
                .asString();
        await(
                id,
                "a snapshot counts as its volume",
                it -> it.at("/observed/metered_gib").asInt() == 2);
        api.persist("PATCH", "/v1/volumes/" + id, Map.of("size_gib", 2)).expect(202);
        await(id, "it has grown", it -> it.at("/observed/metered_gib").asInt() == 3);

        api.persist("POST", "/v1/workloads/%s/restart".formatted(web), "").expect(202);
        awaitStarts(web, 3);
        api.persist("POST", "/v1/workloads/%s/stop".formatted(web), "").expect(202);
        api.persist("POST", "/v1/volumes/%s/restore".formatted(id), Map.of("snapshot", snapshot))
                .expect(202);
        await(id, "it is put back", it -> it.at("/observed/state").asString().equals("ready"));
        api.persist("POST", "/v1/workloads/%s/start".formatted(web), "").expect(202);
        awaitStarts(web, 3);

        assertThat(api.persist("DELETE", "/v1/volumes/" + id, "").status())
                .as("it is not deleted while a workload mounts it")
                .isEqualTo(409);
        api.persist("DELETE", "/v1/workloads/" + web, "").expect(202);
        api.persist("DELETE", "/v1/volumes/" + id + "?purge=true", "").expect(202);
        BigInteger gibMs = Until.value("the volume is gone", PATIENCE, () -> counted(id), it -> it.signum() > 0);

        String hours = new BigDecimal(gibMs)
                .divide(new BigDecimal(3_600_000), 18, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
        Until.value(
                "the meter has counted its GiB and seconds",
                PATIENCE,
                () -> api.get("/v1/usage?group_by=workload").expect(200).at("/data"),
                rows -> of(rows, "/key", id) != null
                        && of(rows, "/key", id)
                                .at("/volume_gib_hours")
                                .asString()
                                .equals(hours));
        JsonNode invoice = customer.close(ring);
        JsonNode line = of(invoice.at("/lines"), "/volume", id);
        assertThat(line.at("/quantity").asString()).isEqualTo(hours);
        assertThat(line.at("/amount/amount_minor").asLong()).isPositive();
        assertThat(invoicedGibMs(invoice, line, id)).isEqualTo(gibMs);
        assertThat(ring.operator().get("/operator/v1/quarantine").expect(200).at("/data"))
                .isEmpty();
    }

    private static JsonNode of(JsonNode rows, String field, String value) {
        for (JsonNode row : rows) {
            if (row.at(field).asString().equals(value)) {
                return row;
            }
        }
        return null;
    }

    /** GiB × ms of a volume from the times that its events tell; nothing until its end is told. */
    private BigInteger counted(String id) {
        List<JsonNode> facts = new ArrayList<>();
        for (JsonNode event :
                customer.api().get("/v1/events?limit=200").expect(200).at("/data")) {
            String type = event.at("/type").asString();
            if (event.at("/subject").asString().equals(id)
                    && (type.equals("volume.ready") || type.equals("volume.destroyed"))) {
                facts.addFirst(event);
            }
        }
        if (facts.isEmpty() || !facts.getLast().at("/type").asString().equals("volume.destroyed")) {
            return BigInteger.ZERO;
        }
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i + 1 < facts.size(); i++) {
            long gib = facts.get(i).at("/data/size_gib").asLong()
                    + facts.get(i).at("/data/snapshot_gib").asLong();
            sum = sum.add(BigInteger.valueOf(gib * (at(facts.get(i + 1)) - at(facts.get(i)))));
        }
        return sum;
    }

    private static long at(JsonNode event) {
        JsonNode data = event.at("/data");
        String text = data.has("destroyed_at")
                ? data.at("/destroyed_at").asString()
                : data.at("/changed_at").asString();
        return Instant.parse(text).toEpochMilli();
    }

    private BigInteger invoicedGibMs(JsonNode invoice, JsonNode line, String id) {
        BigInteger sum = BigInteger.ZERO;
        String path = "/v1/invoices/%s/lines/%s/intervals?limit=200"
                .formatted(invoice.at("/id").asString(), line.at("/id").asString());
        for (JsonNode interval : customer.api().get(path).expect(200).at("/data")) {
            assertThat(interval.at("/volume").asString()).isEqualTo(id);
            sum = sum.add(BigInteger.valueOf(
                    interval.at("/ms").asLong() * interval.at("/volume_gib").asLong()));
        }
        return sum;
    }
}
