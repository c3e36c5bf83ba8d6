package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Lets a handler of the API run only for whom its annotation names, and none that a filter refused; a handler that needs a scope, a
 * page's too, sees the rows of the caller's account only, unless it is {@link Requires.OfPerson}.
 */
class AccessCheck implements HandlerInterceptor {
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        RuntimeException refused = RequestContext.refused(request);
        if (refused != null) {
            throw refused;
        }
        if (handler instanceof HandlerMethod method && isOurs(method)) {
            check(method, RequestContext.of(request).principal());
        }
        if (handler instanceof HandlerMethod method
                && method.hasMethodAnnotation(Requires.class)
                && !method.hasMethodAnnotation(Requires.OfPerson.class)
                && RequestContext.of(request).principal() instanceof Principal.Customer customer) {
            AccountRows.bind(request, customer.account());
        }
        return true;
    }

    /** Whether a handler is one of the API's: in a {@code @RestController} of ours. */
    static boolean isOurs(HandlerMethod method) {
        return AnnotatedElementUtils.hasAnnotation(method.getBeanType(), RestController.class)
                && method.getBeanType().getName().startsWith("dev.berth.");
    }

    private static void check(HandlerMethod method, Principal principal) {
        if (method.hasMethodAnnotation(Requires.Open.class)) {
            return;
        }
        Requires requires = method.getMethodAnnotation(Requires.class);
        if (requires == null) {
            Requires.OperatorOnly only = method.getMethodAnnotation(Requires.OperatorOnly.class);
            if (only == null || !(principal instanceof Principal.Operator operator)) {
                throw CallerArguments.refuse(principal);
            }
            operator.need(only.value());
            return;
        }
        if (!(principal instanceof Principal.Customer customer)) {
            throw CallerArguments.refuse(principal);
        }
        customer.need(requires.value(), "The route");
    }
}
