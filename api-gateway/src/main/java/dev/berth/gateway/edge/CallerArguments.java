package dev.berth.gateway.edge;

import dev.berth.schema.Cause;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Gives handlers the {@link RequestContext}, the {@link Cause}, the {@link Principal} (or its one kind), {@link Paging} and the
 * {@link LateTransaction}.
 */
class CallerArguments implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return type == RequestContext.class
                || type == Cause.class
                || type == Paging.class
                || type == LateTransaction.class
                || Principal.class.isAssignableFrom(type);
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer mavContainer,
            NativeWebRequest webRequest,
            @Nullable WebDataBinderFactory binderFactory) {
        HttpServletRequest request = Objects.requireNonNull(webRequest.getNativeRequest(HttpServletRequest.class));
        RequestContext context = RequestContext.of(request);
        Class<?> type = parameter.getParameterType();
        if (type == RequestContext.class) {
            return context;
        }
        if (type == Cause.class) {
            return context.cause();
        }
        if (type == LateTransaction.class) {
            return WriteHandling.late(request);
        }
        if (type == Paging.class) {
            return Paging.parse(webRequest.getParameter("limit"), webRequest.getParameter("cursor"));
        }
        Principal principal = context.principal();
        if (!type.isInstance(principal)) {
            throw refuse(principal);
        }
        return principal;
    }

    /** Why a caller of one kind cannot do what another may. */
    static Refusal refuse(Principal principal) {
        return switch (principal) {
            case Principal.Anonymous _ -> Refusal.of(ErrorCode.UNAUTHENTICATED, "The route needs a key or a session.");
            case Principal.Operator _ ->
                Refusal.of(ErrorCode.NO_ACCOUNT, "The route is about the caller's own account.");
            case Principal.Customer _ -> Refusal.of(ErrorCode.OPERATOR_ONLY, "The route is the operator's.");
        };
    }
}
