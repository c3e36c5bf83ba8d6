package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import dev.berth.gateway.edge.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.util.HtmlUtils;

/** Where the type of a problem leads: to what it means, for each code that a caller can get. */
class ProblemPagesTest extends GatewayTest {
    private static final List<Path> OF_SERVICES = List.of(
            Path.of("../billing/src/main/java/dev/berth/billing/edge/ErrorCode.java"),
            Path.of("../metering/src/main/java/dev/berth/metering/edge/ErrorCode.java"),
            Path.of("../provisioner/src/main/java/dev/berth/provisioner/ProblemCode.java"));
    private static final Pattern CONSTANT = Pattern.compile("(?m)^    ([A-Z][A-Z_]+)\\(");

    private final ProblemCatalogue catalogue = new ProblemCatalogue();

    @AfterEach
    void mend() {
        StandIns.shared().mend();
    }

    /** From the type as it came, against the address that was asked (RFC 9457, section 3.1.1). */
    private Api.Reply follow(Api.Reply problem, String asked) {
        URI type = URI.create(api().base() + asked).resolve(problem.text("type"));
        assertThat(type.toString()).startsWith(api().base());
        return api().get(type.getRawPath());
    }

    @Test
    void eachCodeOfTheGatewayHasItsWords() {
        assertThat(ErrorCode.values()).allSatisfy(code -> {
            ProblemCatalogue.Entry entry = catalogue.find(code.text()).orElseThrow();
            assertThat(entry.status()).isEqualTo(code.status());
            assertThat(entry.title()).isEqualTo(code.title());
            assertThat(entry.hint()).isEqualTo(code.hint());
            assertThat(entry.meaning()).hasSizeGreaterThan(40).endsWith(".").isNotEqualTo(code.hint());
        });
    }

    @Test
    void soHasEachThatAServiceMayAnswerThroughIt() throws IOException {
        List<String> codes = new ArrayList<>();
        for (Path source : OF_SERVICES) {
            Matcher constants = CONSTANT.matcher(Files.readString(source));
            while (constants.find()) {
                codes.add(Objects.requireNonNull(constants.group(1)).toLowerCase(Locale.ROOT));
            }
        }
        assertThat(codes)
                .hasSizeGreaterThan(30)
                .allSatisfy(code -> assertThat(catalogue.find(code)).as(code).isPresent());
    }

    @Test
    void eachPageSaysWhatTheCodeMeansAndWhatToDo() {
        String all = api().get("/docs/problems").expect(200).body();
        for (ProblemCatalogue.Entry entry : catalogue.entries()) {
            String page = HtmlUtils.htmlUnescape(
                    api().get("/docs/problems/" + entry.code()).expect(200).body());
            assertThat(page)
                    .contains(
                            entry.code(),
                            Integer.toString(entry.status()),
                            entry.title(),
                            entry.meaning(),
                            entry.hint());
            assertThat(all).contains("id=\"" + entry.code() + "\"");
        }
        api().get("/docs/problems/no_such_code").expect(404);
    }

    @Test
    void theTypeOfAProblemLeadsThere() {
        Api customer = api().signedUp();
        for (String path :
                List.of("/v1/workloads?limit=0", "/v1/workloads/none", "/v1/nowhere", "/operator/v1/accounts")) {
            Api.Reply problem = customer.get(path);
            assertThat(problem.text("type")).isEqualTo("/docs/problems/" + problem.text("code"));
            assertThat(follow(problem, path).expect(200).body()).contains(problem.text("code"));
        }
        Api.Reply unknown = api().get("/v1/account").expect(401);
        follow(unknown, "/v1/account").expect(200);
    }

    @Test
    void soDoesThatOfAProblemWhichAServiceAnswers() {
        Api customer = api().signedUp();
        StandIns.shared()
                .instead(
                        "/internal/v1/invoices",
                        (exchange, _) -> StandIns.problem(exchange, 409, "no_price_book", "None."));
        Api.Reply problem = customer.get("/v1/invoices").expect(409);
        assertThat(problem.text("type")).isEqualTo("/docs/problems/no_price_book");
        assertThat(follow(problem, "/v1/invoices").expect(200).body()).contains("no_price_book");
    }
}
