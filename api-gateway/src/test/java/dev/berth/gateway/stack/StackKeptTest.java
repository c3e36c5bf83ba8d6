package dev.berth.gateway.stack;

import static dev.berth.gateway.stack.StackTest.SHOP;
import static dev.berth.gateway.stack.StackTest.body;
import static dev.berth.gateway.stack.StackTest.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.edge.Paging;
import dev.berth.schema.id.AccountId;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.ExecuteListener;
import org.jooq.ExecuteListenerProvider;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** That a stack is kept as it is by what does not speak of it, and read at once with others. */
class StackKeptTest extends GatewayTest {
    @Autowired
    private Stacks stacks;

    private static final String WHOLE = """
            services:
              web:
                image: berth/sample:1
                secrets: [tls]
                configs: [{source: conf, target: /etc/app.conf}]
                x-berth:
                  size: xs
                  secrets: [{name: db, env: DB_PASSWORD}, {name: tls, path: /etc/tls}]
                  files:
                    - {path: /bin/hook, content: "#!/bin/sh\\necho $$1\\r\\n", executable: true}
                    - {path: /etc/b, content: b}
                  autoscale: {min: 2, max: 4, cpu_percent: 50}
              sum:
                image: berth/sample:1
                x-berth: {kind: job, size: xs, parallelism: 2, completions: 6, max_runtime_s: 60, retries: 1}
              once:
                image: berth/sample:1
                x-berth: {kind: job, size: xs}
            secrets: {tls: {external: true}}
            configs: {conf: {content: a}}
            """;

    /** To look at a file in the portal and to send it as it is must lose nothing, and do nothing. */
    @Test
    void aFileThatIsSentAsItWasExportedChangesNothing() {
        Api customer = api().signedUp();
        for (String secret : List.of("db", "tls")) {
            customer.post("/v1/secrets", "{\"name\": \"%s\", \"value\": \"v\"}".formatted(secret))
                    .expect(201);
        }
        Api.Reply made = customer.post("/v1/stacks", body("shop", WHOLE)).expect(202);
        assertThat(made.text("workloads.0.replicas")).isEqualTo("2");
        assertThat(names(made.json().path("workloads").path(0).path("secrets"), "name"))
                .containsExactly("tls", "db", "tls");
        assertThat(made.text("workloads.0.secrets.1.env")).isEqualTo("DB_PASSWORD");
        assertThat(made.text("workloads.0.files.1.executable")).isEqualTo("true");
        assertThat(made.text("workloads.0.files.1.content")).isEqualTo("#!/bin/sh\necho $1\r\n");
        assertThat(made.text("workloads.1.completions")).isEqualTo("6");
        String stack = "/v1/stacks/" + made.text("id");
        String exported = customer.get(stack + "/compose").expect(200).body();
        assertThat(exported).contains("env: DB_PASSWORD").doesNotContain("replicas", "version");

        Api.Reply again = customer.send("PUT", stack, body(exported)).expect(202);
        assertThat(again.json().path("findings")).as(exported).isEmpty();
        for (int i = 0; i < 3; i++) {
            JsonNode before = made.json().path("workloads").path(i);
            JsonNode after = again.json().path("workloads").path(i);
            for (String field : before.propertyNames()) {
                if (!field.equals("observed")) {
                    assertThat(after.path(field)).as(field).isEqualTo(before.path(field));
                }
            }
        }
    }

    @Test
    void whatScalesByItselfKeepsItsReplicasUnlessTheFileSaysHowMany() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/stacks", body("shop", SHOP)).expect(202);
        String stack = "/v1/stacks/" + made.text("id");
        String web = "/v1/workloads/" + made.text("workloads.0.id");
        customer.patch(web, "{\"autoscale\": {\"max\": 5, \"cpu_percent\": 50}, \"replicas\": 4}")
                .expect(202);
        Api.Reply kept = customer.send("PUT", stack, body(SHOP)).expect(202);
        assertThat(customer.get(web).text("replicas")).isEqualTo("4");
        assertThat(customer.get(web).text("autoscale.max")).isEqualTo("5");
        assertThat(names(kept.json().path("findings"), "path")).containsExactly("services.web");

        String said = SHOP.replace("expose: [8080]", "deploy: {replicas: 3}");
        customer.send("PUT", stack, body(said)).expect(202);
        assertThat(customer.get(web).text("replicas")).isEqualTo("3");
        String bounds = SHOP.replaceFirst("\\{size: xs}", "{size: xs, autoscale: {min: 2, max: 6, cpu_percent: 40}}");
        customer.send("PUT", stack, body(bounds)).expect(202);
        assertThat(customer.get(web).text("replicas")).isEqualTo("3");
        assertThat(customer.get(web).text("autoscale.max")).isEqualTo("6");

        String none = SHOP.replaceFirst("\\{size: xs}", "{size: xs, autoscale: {max: 0}}");
        Api.Reply without = customer.send("PUT", stack, body(none)).expect(202);
        assertThat(customer.get(web).text("autoscale")).isEqualTo("null");
        assertThat(customer.get(web).text("replicas")).isEqualTo("1");
        assertThat(without.json().path("findings")).isEmpty();
    }

    /** Counts what one thread asks of the database. */
    private int asked(Runnable work) {
        AtomicInteger queries = new AtomicInteger();
        Thread mine = Thread.currentThread();
        ExecuteListenerProvider[] before = dsl.configuration().executeListenerProviders();
        ExecuteListenerProvider[] more = Arrays.copyOf(before, before.length + 1);
        more[before.length] = new DefaultExecuteListenerProvider(ExecuteListener.onExecuteStart(_ -> {
            if (Thread.currentThread().equals(mine)) {
                queries.incrementAndGet();
            }
        }));
        dsl.configuration().set(more);
        try {
            work.run();
        } finally {
            dsl.configuration().set(before);
        }
        return queries.get();
    }

    @Test
    void aListOfStacksIsReadWithAsManyQueriesAsOne() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        AccountId account = AccountId.parse(signup.text("account.id"));
        customer.post("/v1/stacks", body("one", SHOP)).expect(202);
        int forOne = asked(
                () -> assertThat(stacks.list(account, Paging.first()).data()).hasSize(1));
        customer.post("/v1/stacks", body("two", SHOP.replace("web:", "web2:").replace("db:", "db2:")))
                .expect(202);
        int forTwo = asked(() -> assertThat(stacks.list(account, Paging.first()).data())
                .extracting(stack -> stack.workloads().size())
                .containsExactly(2, 2));
        assertThat(forOne).isPositive();
        assertThat(forTwo).isEqualTo(forOne);
    }
}
