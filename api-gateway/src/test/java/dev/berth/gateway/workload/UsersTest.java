package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.util.List;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Who mounts volumes and who uses secrets is read without the wishes of those that do neither. */
class UsersTest extends GatewayTest {
    @Autowired
    private WorkloadRepository repository;

    private Api customer;
    private AccountId account;
    private String writer;

    private String make(String name, String more) {
        return customer.post(
                        "/v1/workloads",
                        "{\"name\": \"%s\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"cpu_millis\": 50, \"memory_mib\": 32%s}"
                                .formatted(name, more))
                .expect(202)
                .text("id");
    }

    private void begin() {
        customer = api().signedUp();
        customer.post("/v1/volumes", "{\"name\": \"data\", \"size_gib\": 1}").expect(202);
        customer.post("/v1/secrets", "{\"name\": \"db\", \"value\": \"x\"}").expect(201);
        writer = make("writer", ", \"volumes\": [{\"volume\": \"data\", \"path\": \"/data\"}]");
        make("user", ", \"secrets\": [{\"name\": \"db\"}, {\"name\": \"db\", \"env\": \"DB\"}]");
        make("plain", "");
        account = repository
                .all(dsl, List.of(WorkloadId.parse(writer)))
                .getFirst()
                .account();
    }

    @Test
    void tellsWhoMountsAndWhoUsesAndWhetherItRests() {
        begin();
        assertThat(repository.mounting(dsl, account)).singleElement().satisfies(mounting -> {
            assertThat(mounting.name()).isEqualTo("writer");
            assertThat(mounting.stopped()).isFalse();
            assertThat(mounting.mounts())
                    .singleElement()
                    .satisfies(mount -> assertThat(mount.path()).isEqualTo("/data"));
        });
        assertThat(repository.holding(dsl, account)).singleElement().satisfies(holding -> {
            assertThat(holding.name()).isEqualTo("user");
            assertThat(holding.secrets()).containsOnly("db");
        });
        customer.post("/v1/workloads/" + writer + "/stop").expect(202);
        assertThat(repository.mounting(dsl, account).getFirst().stopped()).isTrue();
        customer.delete("/v1/workloads/" + writer).expect(202);
        assertThat(repository.mounting(dsl, account)).isEmpty();
    }

    @Test
    void readsOnlyTheIndexesOfThoseThatDo() {
        begin();
        assertThat(scans("workload_mounting", repository::mounting)).isPositive();
        assertThat(scans("workload_with_secrets", repository::holding)).isPositive();
    }

    /** How often an index was read, where reading the whole table is no choice. */
    private long scans(String index, BiConsumer<DSLContext, AccountId> read) {
        return dsl.transactionResult(tx -> {
            tx.dsl().execute("set local enable_seqscan = off");
            read.accept(tx.dsl(), account);
            return (Long) tx.dsl().fetchValue("select pg_stat_get_xact_numscans('%s'::regclass)".formatted(index));
        });
    }
}
