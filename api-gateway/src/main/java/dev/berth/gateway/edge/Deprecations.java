package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/**
 * Tells callers in the headers of the answer that what they use is going: {@code Deprecation: @…} (RFC 9745), {@code Sunset} (RFC 8594)
 * and {@code Link: </docs/deprecations>; rel="deprecation"}. Of several the first that is gone counts. Thread-safe.
 */
@ControllerAdvice
public class Deprecations extends RequestBodyAdviceAdapter implements HandlerInterceptor {
    /** Where the policy is. */
    public static final String POLICY = "/docs/deprecations";

    /** The fewest days from the announcement to the end. */
    public static final int LEAST_DAYS = 180;

    private static final String LINK = "<%s>; rel=\"deprecation\"; type=\"text/html\"".formatted(POLICY);

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method) {
            DeprecatedApi route = method.getMethodAnnotation(DeprecatedApi.class);
            if (route != null) {
                tell(response, route);
            }
            for (MethodParameter parameter : method.getMethodParameters()) {
                DeprecatedApi going = parameter.getParameterAnnotation(DeprecatedApi.class);
                if (going != null && request.getParameter(name(parameter)) != null) {
                    tell(response, going);
                }
            }
        }
        return true;
    }

    /** The name of a query parameter as callers write it. */
    public static String name(MethodParameter parameter) {
        RequestParam given = parameter.getParameterAnnotation(RequestParam.class);
        String name = given == null ? "" : given.name().isEmpty() ? given.value() : given.name();
        return name.isEmpty() ? String.valueOf(parameter.getParameter().getName()) : name;
    }

    @Override
    public boolean supports(MethodParameter parameter, Type type, Class<? extends HttpMessageConverter<?>> converter) {
        return parameter.getParameterType().isRecord()
                && !going(parameter.getParameterType()).isEmpty();
    }

    @Override
    public Object afterBodyRead(
            Object body,
            HttpInputMessage message,
            MethodParameter parameter,
            Type type,
            Class<? extends HttpMessageConverter<?>> converter) {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                && call.getResponse() != null) {
            for (RecordComponent component : going(parameter.getParameterType())) {
                if (value(component, body) != null) {
                    tell(call.getResponse(), of(component).orElseThrow());
                }
            }
        }
        return body;
    }

    private static List<RecordComponent> going(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .filter(component -> of(component).isPresent())
                .toList();
    }

    private static Optional<DeprecatedApi> of(RecordComponent component) {
        return Optional.ofNullable(component.getAnnotation(DeprecatedApi.class));
    }

    private static @Nullable Object value(RecordComponent component, Object record) {
        try {
            component.getAccessor().setAccessible(true); // records of requests are their room's own
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a record does not show its own component", e);
        }
    }

    private static void tell(HttpServletResponse response, DeprecatedApi going) {
        String before = response.getHeader("Sunset");
        ZonedDateTime sunset = day(going.sunset());
        if (before != null && !sunset.isBefore(ZonedDateTime.parse(before, DateTimeFormatter.RFC_1123_DATE_TIME))) {
            return;
        }
        response.setHeader("Deprecation", "@" + day(going.since()).toEpochSecond());
        response.setHeader("Sunset", http(sunset));
        response.setHeader(HttpHeaders.LINK, LINK);
    }

    private static ZonedDateTime day(String text) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC);
    }

    /** As HTTP writes dates, two digits for the day. */
    private static String http(ZonedDateTime time) {
        return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ENGLISH)
                .format(time);
    }
}
