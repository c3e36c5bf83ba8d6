package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The list of events in both of its orders. */
class EventsListTest extends GatewayTest {
    @Autowired
    private FeedRepository feed;

    private static List<String> texts(Api customer, String query) {
        List<String> texts = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = customer.get("/v1/events?limit=3&" + query + cursor)
                    .expect(200)
                    .json();
            page.path("data")
                    .forEach(one -> texts.add(one.path("data").path("text").asString("")));
            String next = page.path("next_cursor").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        texts.removeIf(String::isEmpty); // the sign-up's own
        return texts;
    }

    @Test
    void isTurnedRoundAndItsCursorsKnowIt() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        AccountId account = AccountId.parse(signup.text("account.id"));
        for (int i = 0; i < 8; i++) {
            FeedEvent event = ResumeTest.event(account, "e" + i);
            dsl.transaction(tx -> feed.tell(tx.dsl(), event, Instant.now()));
        }
        List<String> oldest = List.of("e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7");
        assertThat(texts(customer, "sort=time")).isEqualTo(oldest).isEqualTo(texts(customer, "order=asc"));
        assertThat(texts(customer, "sort=-time"))
                .isEqualTo(oldest.reversed())
                .isEqualTo(texts(customer, "order=desc"))
                .isEqualTo(texts(customer, "type=account"));
        String up = customer.get("/v1/events?limit=3&sort=time").text("next_cursor");
        String down = customer.get("/v1/events?limit=3").text("next_cursor");
        for (String wrong : List.of("sort=-time&cursor=" + up, "cursor=" + up, "sort=time&cursor=" + down)) {
            assertThat(customer.get("/v1/events?" + wrong).expect(422).text("errors.0.field"))
                    .isEqualTo("cursor");
        }
        customer.get("/v1/events?sort=subject").expect(422);
        assertThat(customer.get("/v1/events?sort=time&order=asc").expect(422).text("errors.0.field"))
                .isEqualTo("order");
    }
}
