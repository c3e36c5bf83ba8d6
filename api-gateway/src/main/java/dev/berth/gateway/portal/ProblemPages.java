package dev.berth.gateway.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.gateway.edge.Deprecations;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tools.jackson.databind.JsonNode;

/** Where the {@code type} of a problem leads, and the policy of what goes; for everybody. */
@Controller
class ProblemPages {
    private final OpenApiWebMvcResource document;
    private final Shells shells;
    private final ProblemCatalogue catalogue = new ProblemCatalogue();

    ProblemPages(OpenApiWebMvcResource document, Shells shells) {
        this.document = document;
        this.shells = shells;
    }

    @GetMapping("/docs/problems")
    String all(Model model, HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute("entries", catalogue.entries());
        model.addAttribute("single", false);
        return "problems";
    }

    @GetMapping("/docs/problems/{code}")
    String one(@PathVariable String code, Model model, HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute(
                "entries", List.of(catalogue.find(code).orElseThrow(() -> Refusal.notFound("problem", code))));
        model.addAttribute("single", true);
        return "problems";
    }

    /** Something that goes. */
    record Going(String what, String since, String sunset, String instead) {}

    @GetMapping(Deprecations.POLICY)
    String deprecations(Model model, HttpServletRequest request) throws JsonProcessingException {
        shells.dress(model, request);
        JsonNode api = Json.mapper().readTree(document.openapiJson(request, "/v1/openapi.json", Locale.ENGLISH));
        model.addAttribute("going", going(api));
        model.addAttribute("days", Deprecations.LEAST_DAYS);
        return "deprecations";
    }

    private static List<Going> going(JsonNode api) {
        List<Going> going = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String route = operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                add(going, route, operation.getValue());
                for (JsonNode parameter : operation.getValue().path("parameters")) {
                    add(
                            going,
                            route + ", the parameter " + parameter.path("name").asString(""),
                            parameter);
                }
            }
        }
        for (Map.Entry<String, JsonNode> schema :
                api.path("components").path("schemas").properties()) {
            for (Map.Entry<String, JsonNode> field :
                    schema.getValue().path("properties").properties()) {
                add(going, schema.getKey() + ", the field " + field.getKey(), field.getValue());
            }
        }
        return going;
    }

    private static void add(List<Going> going, String what, JsonNode marked) {
        if (marked.path("deprecated").asBoolean(false)) {
            going.add(new Going(
                    what,
                    marked.path("x-deprecated-since").asString(""),
                    marked.path("x-sunset").asString(""),
                    marked.path("x-instead").asString("")));
        }
    }
}
