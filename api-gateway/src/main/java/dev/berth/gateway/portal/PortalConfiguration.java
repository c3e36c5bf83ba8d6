package dev.berth.gateway.portal;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** How Spring's parts are set up for the pages: assets that may be kept, and who may see what. */
@Configuration(proxyBeanMethods = false)
class PortalConfiguration implements WebMvcConfigurer {
    private static final Duration KEPT = Duration.ofDays(365); // their addresses change with their content

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/assets/**")
                .addResourceLocations("classpath:/portal/assets/")
                .setCacheControl(CacheControl.maxAge(KEPT).cachePublic().immutable());
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new PageAccess());
    }

    /** A page that says {@link Requires} is for visitors with that scope; a page that says nothing is for all. */
    private static final class PageAccess implements HandlerInterceptor {
        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
            if (!(handler instanceof HandlerMethod method)
                    || method.getBeanType().getPackage() != PortalConfiguration.class.getPackage()) {
                return true;
            }
            Requires requires = method.getMethodAnnotation(Requires.class);
            if (requires == null) {
                return true;
            }
            Principal principal = RequestContext.of(request).principal();
            if (!(principal instanceof Principal.Customer visitor)) {
                throw Refusal.of(ErrorCode.UNAUTHENTICATED, "Sign in to see this page.");
            }
            if (visitor.unproven().contains(requires.value())) {
                visitor.need(requires.value(), "This");
            }
            if (!visitor.may(requires.value())) {
                throw Refusal.of(
                        ErrorCode.FORBIDDEN,
                        "Your role does not have the scope '%s'."
                                .formatted(requires.value().text()));
            }
            return true;
        }
    }
}
