package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

class RoutesTest extends GatewayTest {
    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private Set<String> routes() {
        Set<String> routes = new TreeSet<>();
        mapping.getHandlerMethods().forEach((info, method) -> {
            if (method.getBeanType().getName().startsWith("dev.berth.")) {
                for (String path : info.getPatternValues()) {
                    if (path.startsWith("/v1/") || path.startsWith("/operator/")) {
                        for (RequestMethod verb : info.getMethodsCondition().getMethods()) {
                            routes.add(verb + " " + path);
                        }
                    }
                }
            }
        });
        return routes;
    }

    @Test
    void describesTheRoutesThatThereAreAndNoOthers() {
        JsonNode document = api().get("/v1/openapi.json").expect(200).json();
        assertThat(document.path("openapi").stringValue()).startsWith("3.1");
        Set<String> described = new TreeSet<>();
        document.path("paths")
                .forEachEntry((path, item) -> item.propertyNames()
                        .forEach(verb -> described.add(verb.toUpperCase(java.util.Locale.ROOT) + " " + path)));
        assertThat(described).isEqualTo(routes());
        JsonNode schemas = document.path("components").path("schemas");
        assertThat(schemas.path("WorkloadRequest").path("properties").propertyNames())
                .contains("cpu_millis", "read_only_root")
                .doesNotContain("cpuMillis");
        assertThat(document.toString()).doesNotContain("RequestContext").doesNotContain("\"principal\"");
    }

    /** Nobody known reaches a route that is not open, whatever is in its path. */
    @Test
    void letsNobodyUnknownInAnywhere() {
        Set<String> open = Set.of(
                "POST /v1/signup",
                "POST /v1/session",
                "GET /v1/session/providers",
                "POST /v1/invitations/{token}/accept",
                "POST /v1/email_verification/{token}",
                "POST /v1/password_reset",
                "POST /v1/password_reset/{token}",
                "GET /v1/plans",
                "GET /v1/sizes",
                "GET /v1/prices",
                "GET /v1/signing_keys",
                "POST /v1/triggers/{secret}");
        for (String route : routes()) {
            String verb = route.split(" ")[0];
            String path = Arrays.stream(route.split(" ")[1].split("/"))
                    .map(step -> step.startsWith("{") ? "x" : step)
                    .reduce((a, b) -> a + "/" + b)
                    .orElseThrow();
            if (!open.contains(route)) {
                String body = verb.equals("GET") || verb.equals("DELETE") ? null : "{}";
                assertThat(api().send(verb, path, body).status()).as(route).isEqualTo(401);
            }
        }
    }
}
