package dev.berth.billing.edge;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Identity;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives a route its {@link Caller}. */
public final class CallerResolver implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType().equals(Caller.class);
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Object identity = request.getAttribute(IdentityFilter.IDENTITY, RequestAttributes.SCOPE_REQUEST);
        if (!(identity instanceof Identity known)) {
            throw new Refusal(ErrorCode.UNAUTHENTICATED, "This route needs an identity.");
        }
        String named = request.getParameter("account");
        return new Caller(known, named == null ? null : account(named), request.getHeader("traceparent"));
    }

    private static AccountId account(String text) {
        try {
            return AccountId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("account", String.valueOf(e.getMessage()));
        }
    }
}
