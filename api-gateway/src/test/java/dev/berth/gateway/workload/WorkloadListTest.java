package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A list of workloads in each order that there is, and cut to what is asked for. */
class WorkloadListTest extends GatewayTest {
    private static final List<String> MADE = List.of("web-b", "api", "web-a", "db", "web-c", "cache", "web");

    private Api customer;

    @BeforeEach
    void signUp() {
        customer = api().signedUp();
        MADE.forEach(this::make);
    }

    private String make(String name) {
        String kind = name.equals("db") ? "job" : "service";
        return customer.post("/v1/workloads", """
                {"name": "%s", "kind": "%s", "image": "berth/sample:1", "labels": {"tier": "%s"}}""".formatted(name, kind, name.startsWith("web") ? "front" : "back"))
                .expect(202)
                .text("id");
    }

    private List<String> names(String query) {
        return names(query, "");
    }

    private List<String> rest(String sort, String cursor) {
        return names("sort=" + sort, "&cursor=" + cursor);
    }

    private List<String> names(String query, String begun) {
        List<String> names = new ArrayList<>();
        String cursor = begun;
        do {
            JsonNode page = customer.get("/v1/workloads?limit=2&" + query + cursor)
                    .expect(200)
                    .json();
            page.path("data").forEach(one -> names.add(one.path("name").asString()));
            String next = page.path("next_cursor").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return names;
    }

    @Test
    void isListedInTheOrderThatIsAskedForPageAfterPage() {
        List<String> byName = MADE.stream().sorted().toList();
        assertThat(names("sort=created_at")).isEqualTo(MADE);
        assertThat(names("sort=-created_at")).isEqualTo(MADE.reversed()).isEqualTo(names("state=running"));
        assertThat(names("sort=name")).isEqualTo(byName);
        assertThat(names("sort=-name")).isEqualTo(byName.reversed());
    }

    @Test
    void whatIsMadeOrRemovedBetweenPagesNeitherRepeatsNorHidesWhatStays() {
        for (String sort : List.of("name", "-name", "created_at", "-created_at")) {
            Set<String> before = new HashSet<>(names("sort=" + sort));
            Api.Reply first = customer.get("/v1/workloads?limit=3&sort=" + sort).expect(200);
            String gone = first.text("data.1.id");
            customer.delete("/v1/workloads/" + gone).expect(202);
            make("a-" + sort.replace("_", "") + "x");
            List<String> seen = new ArrayList<>();
            first.json().path("data").forEach(one -> seen.add(one.path("name").asString()));
            seen.addAll(rest(sort, first.text("next_cursor")));
            assertThat(seen).as(sort).doesNotHaveDuplicates().containsAll(before);
        }
    }

    @Test
    void aCursorOfOneOrderIsNoneOfAnother() {
        List<String> sorts = List.of("name", "-name", "created_at", "-created_at");
        for (String mine : sorts) {
            String cursor = customer.get("/v1/workloads?limit=2&sort=" + mine)
                    .expect(200)
                    .text("next_cursor");
            for (String other : sorts) {
                Api.Reply reply = customer.get("/v1/workloads?limit=2&sort=%s&cursor=%s".formatted(other, cursor));
                assertThat(reply.status()).as("%s in %s", mine, other).isEqualTo(mine.equals(other) ? 200 : 422);
                if (!mine.equals(other)) {
                    assertThat(reply.text("errors.0.field")).isEqualTo("cursor");
                }
            }
        }
        Api.Reply refused = customer.get("/v1/workloads?sort=nam").expect(422);
        assertThat(refused.text("errors.0.message")).contains("-created_at, created_at, name, -name");
        assertThat(refused.text("hint")).contains("'name'");
    }

    @Test
    void isCutToWhatIsAskedFor() {
        assertThat(names("sort=name&name_prefix=web-")).containsExactly("web-a", "web-b", "web-c");
        assertThat(names("sort=name&name_prefix=web&label=tier:front"))
                .containsExactly("web", "web-a", "web-b", "web-c");
        assertThat(names("sort=name&label=tier:back&kind=service")).containsExactly("api", "cache");
        assertThat(names("kind=job&state=running")).containsExactly("db");
        assertThat(names("name_prefix=%25")).isEmpty();
        assertThat(customer.get("/v1/workloads?name_prefix=a%0A").expect(422).text("errors.0.field"))
                .isEqualTo("name_prefix");
    }
}
