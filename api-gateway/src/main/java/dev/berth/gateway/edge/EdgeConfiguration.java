package dev.berth.gateway.edge;

import dev.berth.schema.wire.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** How Spring's parts are set up for the edge. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EdgeProperties.class)
class EdgeConfiguration implements WebMvcConfigurer {
    private final Deprecations deprecations;

    EdgeConfiguration(Deprecations deprecations) {
        this.deprecations = deprecations;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArguments());
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new AccessCheck());
        registry.addInterceptor(deprecations);
    }

    /** All connections are for the rows of the account that calls; see {@link AccountRows}. */
    @Bean
    static BeanPostProcessor accountRows() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof DataSource source && !(bean instanceof AccountRows)
                        ? new AccountRows(source)
                        : bean;
            }
        };
    }

    /**
     * Lets pages of other origins call the API from a browser (CORS, the Fetch standard): with a key, never with the portal's
     * session, since no credentials are allowed. Before anybody's key is asked for: a browser asks first without one.
     */
    @Bean
    FilterRegistrationBean<CorsFilter> cors(EdgeProperties properties) {
        CorsConfiguration rules = new CorsConfiguration();
        rules.setAllowedOrigins(properties.corsOrigins());
        rules.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        rules.setAllowedHeaders(List.of(
                "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Last-Event-ID", "X-Request-Id"));
        rules.setExposedHeaders(List.of(
                "Deprecation",
                "ETag",
                "Link",
                "Location",
                "Operation-Id",
                "RateLimit",
                "RateLimit-Policy",
                "Retry-After",
                "Sunset",
                "X-Request-Id"));
        rules.setMaxAge(Duration.ofHours(2));
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/v1/**", rules);
        FilterRegistrationBean<CorsFilter> filter = new FilterRegistrationBean<>(new CorsFilter(source));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 25);
        return filter;
    }

    /** Writes are transactions; see {@link WriteHandling}. */
    @Bean
    WebMvcRegistrations writeHandling(
            PlatformTransactionManager transactions,
            IdempotencyRepository repository,
            JsonMapper mapper,
            InstantSource clock,
            AuditTrail trail) {
        return new WebMvcRegistrations() {
            @Override
            public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
                return new WriteHandling(transactions, repository, mapper, clock, trail);
            }
        };
    }

    /** Bodies of calls are read strictly: what is not understood is refused, never dropped. */
    @Bean
    static JsonMapperBuilderCustomizer strictJson() {
        return builder -> Json.configure(builder)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    }
}
