package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.lang.reflect.Method;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.MethodParameter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.mock.http.MockHttpInputMessage;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

class DeprecationsTest extends GatewayTest {
    private static final String LINK = "</docs/deprecations>; rel=\"deprecation\"; type=\"text/html\"";

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    /** A body with one field that goes and one that stays. */
    record Body(
            @Nullable String kept,

            @DeprecatedApi(since = "2026-01-01", sunset = "2026-12-01", instead = "Use kept.") @Nullable
            String going) {}

    /** Routes of which parts go; not the gateway's. */
    static final class Routes {
        @DeprecatedApi(since = "2026-01-01", sunset = "2027-01-01", instead = "Use another.")
        @GetMapping("/old")
        String old() {
            return "old";
        }

        @GetMapping("/part")
        String part(
                @RequestParam(required = false) @Nullable String kept,
                @DeprecatedApi(since = "2026-01-01", sunset = "2027-01-01", instead = "Use kept.")
                        @RequestParam(name = "old_one", required = false)
                        @Nullable
                        String going) {
            return "" + kept + going;
        }

        @PostMapping("/body")
        String body(@RequestBody Body body) {
            return "" + body.kept();
        }
    }

    private final Deprecations deprecations = new Deprecations();

    private static Method route(String name) {
        return Arrays.stream(Routes.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private MockHttpServletResponse called(String name, String... parameters) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        for (String parameter : parameters) {
            request.setParameter(parameter, "1");
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        assertThat(deprecations.preHandle(request, response, new HandlerMethod(new Routes(), route(name))))
                .isTrue();
        return response;
    }

    private MockHttpServletResponse sent(Body body) {
        MockHttpServletResponse response = new MockHttpServletResponse();
        MethodParameter parameter = new MethodParameter(route("body"), 0);
        assertThat(deprecations.supports(parameter, Body.class, JacksonJsonHttpMessageConverter.class))
                .isTrue();
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest(), response));
        try {
            deprecations.afterBodyRead(
                    body,
                    new MockHttpInputMessage(new byte[0]),
                    parameter,
                    Body.class,
                    JacksonJsonHttpMessageConverter.class);
        } finally {
            RequestContextHolder.resetRequestAttributes();
        }
        return response;
    }

    private static void told(MockHttpServletResponse answer, @Nullable String since, @Nullable String sunset) {
        assertThat(answer.getHeader("Deprecation")).isEqualTo(since);
        assertThat(answer.getHeader("Sunset")).isEqualTo(sunset);
        assertThat(answer.getHeader("Link")).isEqualTo(since == null ? null : LINK);
    }

    @Test
    void whoUsesWhatGoesIsToldAndNobodyElse() {
        String since = "@1767225600"; // 2026-01-01
        told(called("old"), since, "Fri, 01 Jan 2027 00:00:00 GMT");
        told(called("part", "kept"), null, null);
        told(called("part", "old_one"), since, "Fri, 01 Jan 2027 00:00:00 GMT");
        told(called("body"), null, null);
        told(sent(new Body("a", null)), null, null);
        told(sent(new Body("a", "b")), since, "Tue, 01 Dec 2026 00:00:00 GMT");
    }

    @Test
    void theOrderOfEventsGoesAndIsMarkedSoWhereverOneReadsOfIt() {
        Api customer = api().signedUp();
        Api.Reply old = customer.get("/v1/events?order=asc").expect(200);
        assertThat(old.header("Deprecation")).isEqualTo("@" + epoch("2026-11-30"));
        assertThat(old.header("Sunset")).isEqualTo("Tue, 01 Jun 2027 00:00:00 GMT");
        assertThat(old.header("Link")).isEqualTo(LINK);
        Api.Reply current = customer.get("/v1/events?sort=time").expect(200);
        assertThat(current.header("Deprecation")).isNull();
        JsonNode document = api().get("/v1/openapi.json").expect(200).json();
        List<String> marked = new ArrayList<>();
        document.path("paths").path("/v1/events").path("get").path("parameters").forEach(one -> {
            if (one.path("deprecated").asBoolean(false)) {
                marked.add(one.path("name").asString());
                assertThat(one.path("x-sunset").asString()).isEqualTo("2027-06-01");
            }
        });
        assertThat(marked).containsExactly("order");
        assertThat(api().get("/docs/deprecations").expect(200).body())
                .contains("GET /v1/events", "order", "2027-06-01", "Use sort", "180 days");
    }

    private static String epoch(String day) {
        return Long.toString(LocalDate.parse(day).toEpochDay() * 86_400);
    }

    /** Nobody is given less time than the policy promises. */
    @Test
    void everythingThatGoesIsAnnouncedEarlyEnough() {
        List<DeprecatedApi> all = new ArrayList<>();
        for (HandlerMethod handler : mapping.getHandlerMethods().values()) {
            DeprecatedApi route = handler.getMethodAnnotation(DeprecatedApi.class);
            if (route != null) {
                all.add(route);
            }
            for (MethodParameter parameter : handler.getMethodParameters()) {
                DeprecatedApi going = parameter.getParameterAnnotation(DeprecatedApi.class);
                if (going != null) {
                    all.add(going);
                }
            }
        }
        assertThat(all).isNotEmpty().allSatisfy(one -> {
            assertThat(ChronoUnit.DAYS.between(LocalDate.parse(one.since()), LocalDate.parse(one.sunset())))
                    .isGreaterThanOrEqualTo(Deprecations.LEAST_DAYS);
            assertThat(one.instead()).endsWith(".");
        });
    }
}
