package dev.berth.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.Cause;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.math.BigDecimal;
import java.util.Arrays;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.method.HandlerMethod;

/** What {@code /v1/openapi.json} says beyond what the handlers' signatures tell: names, keys, pages, repetitions, errors. */
@Configuration(proxyBeanMethods = false)
class Description {
    private static final String KEY = "key";
    private static final String OPERATOR = "operator";
    private static final String PROBLEM = "Problem";

    static {
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(
                        RequestContext.class,
                        Cause.class,
                        Paging.class,
                        Principal.class,
                        Principal.Customer.class,
                        Principal.Operator.class);
    }

    /** Names in snake_case, as everywhere; the library reads the models with a Jackson of its own. */
    @Bean
    ModelResolver snakeCase() {
        return new ModelResolver(new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
    }

    @Bean
    OpenAPI openApi() {
        SecurityScheme bearer = new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description("An API key berth_sk_…");
        SecurityScheme operator = new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description("The operator's key berth_op_…");
        Schema<?> problem = new ObjectSchema()
                .description("Why a call was refused (RFC 9457)")
                .addProperty("type", new StringSchema())
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema())
                .addProperty("code", new StringSchema().description("stable"))
                .addProperty("hint", new StringSchema().description("what to do"))
                .addProperty("request_id", new StringSchema());
        return new OpenAPI()
                .info(new Info().title("Berth").version("v1").description("Containers, billed by the second."))
                .components(new Components()
                        .addSecuritySchemes(KEY, bearer)
                        .addSecuritySchemes(OPERATOR, operator)
                        .addSchemas(PROBLEM, problem));
    }

    @Bean
    OperationCustomizer whatAllShare() {
        return Description::complete;
    }

    private static Operation complete(Operation operation, HandlerMethod method) {
        if (method.hasMethodAnnotation(Requires.class)) {
            operation.addSecurityItem(new SecurityRequirement().addList(KEY));
        } else if (method.hasMethodAnnotation(Requires.OperatorOnly.class)) {
            operation.addSecurityItem(new SecurityRequirement().addList(OPERATOR));
        }
        if (Arrays.asList(method.getMethod().getParameterTypes()).contains(Paging.class)) {
            operation.addParametersItem(parameter(
                            "query", "limit", "how many rows, %d if not given".formatted(Paging.DEFAULT_LIMIT))
                    .schema(new IntegerSchema().minimum(BigDecimal.ONE).maximum(BigDecimal.valueOf(Paging.MAX_LIMIT))));
            operation.addParametersItem(parameter("query", "cursor", "next_cursor of the page before"));
        }
        if (!method.hasMethodAnnotation(GetMapping.class)) {
            operation.addParametersItem(parameter(
                    "header", "Idempotency-Key", "the same key and request within 48 hours get the same answer"));
        }
        MediaType problem = new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM));
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("a refusal")
                                .content(new Content().addMediaType("application/problem+json", problem)));
        return operation;
    }

    private static Parameter parameter(String in, String name, String description) {
        return new Parameter()
                .in(in)
                .name(name)
                .description(description)
                .required(false)
                .schema(new StringSchema());
    }
}
