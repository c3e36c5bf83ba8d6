package dev.berth.gateway.edge;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Refuses to start a gateway that has a route of the API of which nobody wrote who may call it. */
@Component
class RouteCheck implements SmartInitializingSingleton {
    private final RequestMappingHandlerMapping mapping;

    RouteCheck(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> open = mapping.getHandlerMethods().values().stream()
                .filter(AccessCheck::isOurs)
                .filter(method -> annotations(method) != 1)
                .map(HandlerMethod::getShortLogMessage)
                .sorted()
                .toList();
        if (!open.isEmpty()) {
            throw new IllegalStateException(
                    "each route carries exactly one of @Requires, @Requires.OperatorOnly and @Requires.Open; these do not: "
                            + open);
        }
    }

    private static long annotations(HandlerMethod method) {
        return Stream.of(Requires.class, Requires.OperatorOnly.class, Requires.Open.class)
                .filter(method::hasMethodAnnotation)
                .count();
    }
}
