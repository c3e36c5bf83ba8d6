package dev.berth.gateway.portal;

import dev.berth.gateway.edge.DeprecatedApi;
import dev.berth.gateway.edge.Deprecations;
import dev.berth.gateway.edge.LateTransaction;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.Cause;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.tags.Tag;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.customizers.PropertyCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.method.HandlerMethod;
import tools.jackson.databind.JsonNode;

/** The description of the API: what springdoc reads from the handlers, with the words, the errors and who may call. */
@Configuration(proxyBeanMethods = false)
class ApiDocument {
    static final String INTRO =
            "Berth runs containers and bills them by the second. JSON in snake_case, times as RFC 3339 in UTC "
                    + "with milliseconds, money in minor units with its currency, quantities and prices as decimal strings, ids with a "
                    + "prefix that says what they are.";
    private static final String PROBLEM = "Problem";

    static {
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(
                        Principal.class,
                        Principal.Customer.class,
                        Principal.Operator.class,
                        RequestContext.class,
                        Cause.class,
                        Paging.class,
                        LateTransaction.class)
                .replaceWithSchema(JsonNode.class, new ObjectSchema());
    }

    /** Static: springdoc reads the converters before this configuration is made. */
    @Bean
    static OneClassOneName oneClassOneName() {
        return new OneClassOneName();
    }

    @Bean
    OperationCustomizer describedOperations() {
        return (operation, handler) -> {
            access(operation, handler);
            going(operation, handler);
            if (hasDryRun(handler)) {
                add(
                        operation,
                        new QueryParameter()
                                .name("dry_run")
                                .description(
                                        "`true`: make nothing, answer 200 with what would be made and what it costs.")
                                .schema(new BooleanSchema()));
            }
            if (Arrays.stream(handler.getMethodParameters()).anyMatch(one -> one.getParameterType() == Paging.class)) {
                add(
                        operation,
                        new QueryParameter()
                                .name("limit")
                                .description("How many rows, from 1 to 200; 50 if not given.")
                                .schema(new IntegerSchema()));
                add(
                        operation,
                        new QueryParameter()
                                .name("cursor")
                                .description("`next_cursor` of the page before.")
                                .schema(new StringSchema()));
            }
            return operation;
        };
    }

    /** Marks what {@link DeprecatedApi} marks: the route, and its parameters. */
    private static void going(Operation operation, HandlerMethod handler) {
        DeprecatedApi route = handler.getMethodAnnotation(DeprecatedApi.class);
        if (route != null) {
            operation.setDeprecated(true);
            said(route).forEach(operation::addExtension);
        }
        for (MethodParameter parameter : handler.getMethodParameters()) {
            DeprecatedApi going = parameter.getParameterAnnotation(DeprecatedApi.class);
            if (going != null && operation.getParameters() != null) {
                operation.getParameters().stream()
                        .filter(one -> Deprecations.name(parameter).equals(one.getName()))
                        .forEach(one -> {
                            one.setDeprecated(true);
                            said(going).forEach(one::addExtension);
                        });
            }
        }
    }

    private static Map<String, Object> said(DeprecatedApi going) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("x-deprecated-since", going.since());
        said.put("x-sunset", going.sunset());
        said.put("x-instead", going.instead());
        return said;
    }

    /** Marks the fields that {@link DeprecatedApi} marks. */
    @Bean
    PropertyCustomizer goingFields() {
        return (property, type) -> {
            Annotation[] annotations = type.getCtxAnnotations();
            if (annotations != null) {
                for (Annotation one : annotations) {
                    if (one instanceof DeprecatedApi going) {
                        property.setDeprecated(true);
                        said(going).forEach(property::addExtension);
                    }
                }
            }
            return property;
        };
    }

    /** Whether a route has a twin that only says what it would do. */
    private static boolean hasDryRun(HandlerMethod handler) {
        PostMapping post = handler.getMethodAnnotation(PostMapping.class);
        return post != null && Arrays.stream(post.params()).anyMatch(one -> one.contains("dry_run"));
    }

    private static void access(Operation operation, HandlerMethod handler) {
        Requires requires = handler.getMethodAnnotation(Requires.class);
        Requires.OperatorOnly only = handler.getMethodAnnotation(Requires.OperatorOnly.class);
        if (requires != null) {
            operation.addExtension("x-scope", requires.value().text());
            operation.setSecurity(
                    List.of(new SecurityRequirement().addList("key"), new SecurityRequirement().addList("session")));
        } else if (only != null) {
            operation.addExtension("x-scope", "operator");
            operation.addExtension("x-operator-role", only.value().text());
            operation.setSecurity(List.of(new SecurityRequirement().addList("operator")));
        } else {
            operation.setSecurity(List.of());
        }
    }

    @Bean
    OpenApiCustomizer document() {
        return api -> {
            api.info(new Info()
                    .title("Berth")
                    .version("v1")
                    .description(INTRO)
                    .license(new License().name("Apache-2.0").identifier("Apache-2.0")));
            api.setTags(ApiWords.GROUPS.entrySet().stream()
                    .map(group -> new Tag().name(group.getKey()).description(group.getValue()))
                    .toList());
            Components components = api.getComponents() == null ? new Components() : api.getComponents();
            if (components.getSchemas() != null) {
                components.getSchemas().values().forEach(ApiDocument::snakeCase);
            }
            components.addSchemas(PROBLEM, problem());
            components.addSecuritySchemes(
                    "key",
                    new SecurityScheme()
                            .type(SecurityScheme.Type.HTTP)
                            .scheme("bearer")
                            .description("An API key, `berth_sk_…`"));
            components.addSecuritySchemes(
                    "session",
                    new SecurityScheme()
                            .type(SecurityScheme.Type.APIKEY)
                            .in(SecurityScheme.In.COOKIE)
                            .name("__Host-berth")
                            .description("The portal's session; writes send its CSRF token in `X-CSRF-Token`."));
            components.addSecuritySchemes(
                    "operator",
                    new SecurityScheme()
                            .type(SecurityScheme.Type.HTTP)
                            .scheme("bearer")
                            .description("The operator's key, `berth_op_…`"));
            api.setComponents(components);
            complete(api);
        };
    }

    private static void complete(OpenAPI api) {
        api.getPaths()
                .forEach((path, item) ->
                        item.readOperationsMap().forEach((method, operation) -> complete(method, path, operation)));
    }

    private static void complete(PathItem.HttpMethod method, String path, Operation operation) {
        ApiWords.of(method.name(), path).ifPresent(words -> {
            operation.setTags(List.of(words.group()));
            operation.setSummary(words.summary());
            operation.setDescription(words.description());
        });
        String words = method.name().toLowerCase(Locale.ROOT) + path.replaceAll("^/(operator/)?v1", "/$1");
        operation.setOperationId(Arrays.stream(words.split("[^A-Za-z0-9]+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining("_")));
        if (method != PathItem.HttpMethod.GET) {
            add(
                    operation,
                    new HeaderParameter()
                            .name("Idempotency-Key")
                            .description(
                                    "Any text of the caller's. The same request with the same key within 48 hours is done once and "
                                            + "answered twice.")
                            .schema(new StringSchema().maxLength(255)));
        }
        ApiAnswers.complete(method, path, operation, PROBLEM);
    }

    private static Schema<?> problem() {
        Schema<Object> error = new Schema<>();
        error.addType("object");
        error.addProperty("field", text("which field, as a path"));
        error.addProperty("message", text("what is wrong with it"));
        Schema<Object> errors = new Schema<>();
        errors.addType("array");
        errors.setItems(error);
        Schema<Object> problem = new Schema<>();
        problem.addType("object");
        problem.setDescription("Why a call was refused (RFC 9457).");
        problem.addProperty("type", text("a page of this gateway that says what the code means"));
        problem.addProperty("title", text("what it is, in a few words"));
        Schema<Object> status = new Schema<>();
        status.addType("integer");
        problem.addProperty("status", status);
        problem.addProperty("detail", text("what happened here"));
        problem.addProperty("code", text("stable; decide on this"));
        problem.addProperty("hint", text("what to do"));
        problem.addProperty("request_id", text("tell the operator this"));
        problem.addProperty("errors", errors);
        return problem;
    }

    private static Schema<Object> text(String description) {
        Schema<Object> schema = new Schema<>();
        schema.addType("string");
        schema.setDescription(description);
        return schema;
    }

    private static void add(Operation operation, Parameter parameter) {
        List<Parameter> parameters =
                operation.getParameters() == null ? new ArrayList<>() : new ArrayList<>(operation.getParameters());
        if (parameters.stream().noneMatch(one -> parameter.getName().equals(one.getName()))) {
            parameters.add(parameter);
        }
        operation.setParameters(parameters);
    }

    /** The names of the JSON, where the reader of the handlers has put those of Java. */
    private static void snakeCase(Schema<?> schema) {
        @SuppressWarnings("rawtypes") // the model's own signature
        Map<String, Schema> properties = schema.getProperties();
        if (properties != null) {
            @SuppressWarnings("rawtypes")
            Map<String, Schema> renamed = new LinkedHashMap<>();
            properties.forEach((name, property) -> renamed.put(snake(name), property));
            schema.setProperties(renamed);
        }
        if (schema.getRequired() != null) {
            schema.setRequired(
                    schema.getRequired().stream().map(ApiDocument::snake).toList());
        }
    }

    private static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
