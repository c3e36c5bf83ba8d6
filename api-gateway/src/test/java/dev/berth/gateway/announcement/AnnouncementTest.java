package dev.berth.gateway.announcement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnnouncementTest extends GatewayTest {
    private static final String PATH = "/operator/v1/announcements";

    private Api operator() {
        return api().key(OPERATOR);
    }

    @AfterEach
    void clear() {
        superuser().execute("delete from gateway.announcement");
    }

    private static String in(Duration duration) {
        return Instant.now().plus(duration).toString();
    }

    @Test
    void customersAreShownWhatIsCurrent() {
        Api ada = api().signedUp();
        operator()
                .post(
                        PATH,
                        "{\"title\": \"Over\", \"severity\": \"info\", \"from\": \"%s\", \"until\": \"%s\"}"
                                .formatted(in(Duration.ofDays(-2)), in(Duration.ofDays(-1))))
                .expect(201);
        operator()
                .post(PATH, "{\"title\": \"To come\", \"from\": \"%s\"}".formatted(in(Duration.ofDays(1))))
                .expect(201);
        Api.Reply made = operator()
                .post(PATH, "{\"title\": \"Now\", \"body\": \"Line one\\nline two\", \"severity\": \"maintenance\"}")
                .expect(201);
        assertThat(made.text("created_by")).isEqualTo("operator");
        Api.Reply shown = ada.get("/v1/announcements").expect(200);
        assertThat(shown.json().path("data").size()).isEqualTo(1);
        assertThat(shown.text("data.0.title")).isEqualTo("Now");
        assertThat(shown.text("data.0.body")).isEqualTo("Line one\nline two");
        assertThat(shown.text("data.0.severity")).isEqualTo("maintenance");
        assertThat(shown.body()).doesNotContain("created_by");
        assertThat(operator().get(PATH).expect(200).json().path("data").size()).isEqualTo(3);

        String path = PATH + "/" + made.text("id");
        Api.Reply changed =
                operator().patch(path, "{\"severity\": \"incident\"}").expect(200);
        assertThat(changed.text("title")).isEqualTo("Now");
        assertThat(ada.get("/v1/announcements").text("data.0.severity")).isEqualTo("incident");
        operator().delete(path).expect(204);
        operator().delete(path).expect(404);
        operator().patch(path, "{}").expect(404);
        assertThat(ada.get("/v1/announcements").json().path("data").isEmpty()).isTrue();
        ada.get(PATH).expect(403);
        api().get("/v1/announcements").expect(401);
    }

    @Test
    void thePortalShowsThemEscaped() {
        People.Person ada = new People(api(), operator()).owner();
        operator()
                .post(
                        PATH,
                        "{\"title\": \"<b>Bold</b>\", \"body\": \"<script>alert(1)</script>\", \"severity\": \"incident\"}")
                .expect(201);
        String page = ada.browser()
                .with("Accept", "text/html")
                .get("/overview")
                .expect(200)
                .body();
        assertThat(page)
                .contains("&lt;b&gt;Bold&lt;/b&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain("<script>alert", "<b>Bold");
        assertThat(api().with("Accept", "text/html").get("/signin").body()).doesNotContain("Bold");
    }

    @Test
    void saysWhatIsWrong() {
        Api.Reply refused = operator()
                .post(
                        PATH,
                        "{\"title\": \"a\\nb\", \"body\": \"%s\", \"severity\": \"bad\", \"from\": \"2020-01-01T00:00:00Z\"}"
                                .formatted("x".repeat(Announcements.MAX_BODY + 1)))
                .expect(422);
        assertThat(refused.body()).contains("\"title\"", "\"body\"", "info, maintenance, incident", "\"from\"");
        operator().post(PATH, "{}").expect(422);
        operator()
                .post(
                        PATH,
                        "{\"title\": \"x\", \"from\": \"%1$s\", \"until\": \"%1$s\"}".formatted(in(Duration.ofDays(1))))
                .expect(422);
        operator()
                .post(PATH, "{\"title\": \"%s\"}".formatted("x".repeat(Announcements.MAX_TITLE + 1)))
                .expect(422);
    }

    @Test
    void aFewAreCurrentAtMost() {
        for (int i = 0; i < Announcements.MAX_OPEN; i++) {
            operator().post(PATH, "{\"title\": \"n%d\"}".formatted(i)).expect(201);
        }
        Api.Reply refused = operator().post(PATH, "{\"title\": \"one more\"}").expect(409);
        assertThat(refused.text("limit")).isEqualTo("" + Announcements.MAX_OPEN);
        String id = operator().get(PATH).text("data.0.id");
        operator().patch(PATH + "/" + id, "{\"title\": \"renamed\"}").expect(200);
    }
}
