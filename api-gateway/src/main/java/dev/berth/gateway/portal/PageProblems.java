package dev.berth.gateway.portal;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.ProblemWriter;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Words;
import dev.berth.gateway.forward.PassedProblem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** What went wrong on a page, as a page. */
final class PageProblems {
    private static final Logger LOG = LoggerFactory.getLogger(PageProblems.class);

    private PageProblems() {}

    /** Of the pages themselves. */
    @ControllerAdvice(basePackageClasses = PageProblems.class)
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static class OfPages {
        private final Shells shells;

        OfPages(Shells shells) {
            this.shells = shells;
        }

        @ExceptionHandler
        ModelAndView refused(Refusal refusal, HttpServletRequest request) {
            if (refusal.problem().code() == ErrorCode.UNAUTHENTICATED) {
                return signIn(request);
            }
            return page(shells, Said.of(refusal), request);
        }

        @ExceptionHandler
        ModelAndView passed(PassedProblem problem, HttpServletRequest request) {
            return page(shells, Said.of(problem), request);
        }

        @ExceptionHandler
        ModelAndView broken(RuntimeException thrown, HttpServletRequest request) {
            LOG.atError()
                    .addKeyValue("path", Words.cut(Words.path(request.getRequestURI())))
                    .setCause(thrown)
                    .log("A page broke");
            return page(shells, Said.of(thrown), request);
        }
    }

    /** Of addresses where nothing is: a page for browsers, a problem for programs. */
    @ControllerAdvice
    @Order(Ordered.HIGHEST_PRECEDENCE + 1)
    static class OfNowhere {
        private final Shells shells;
        private final ProblemWriter writer;

        OfNowhere(Shells shells, ProblemWriter writer) {
            this.shells = shells;
            this.writer = writer;
        }

        @ExceptionHandler
        @Nullable
        ModelAndView nothing(NoResourceFoundException missing, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            Refusal refusal = Refusal.of(
                    ErrorCode.NOT_FOUND, "There is nothing at %s.".formatted(Words.cut(request.getRequestURI())));
            if (isForPeople(request)) {
                return page(shells, Said.of(refusal), request);
            }
            writer.write(request, response, refusal.problem());
            return null;
        }

        private static boolean isForPeople(HttpServletRequest request) {
            String path = request.getRequestURI();
            String accept = request.getHeader(HttpHeaders.ACCEPT);
            return accept != null
                    && accept.contains("text/html")
                    && !path.startsWith("/v1/")
                    && !path.startsWith("/operator/");
        }
    }

    private static ModelAndView signIn(HttpServletRequest request) {
        boolean read = HttpMethod.GET.matches(request.getMethod());
        String next = read ? "?next=" + URLEncoder.encode(request.getRequestURI(), StandardCharsets.UTF_8) : "";
        ModelAndView redirect = new ModelAndView("redirect:/signin" + next);
        redirect.setStatus(HttpStatus.SEE_OTHER);
        return redirect;
    }

    private static ModelAndView page(Shells shells, Said said, HttpServletRequest request) {
        ModelAndView page = new ModelAndView("problem");
        HttpStatus status = HttpStatus.resolve(said.status());
        page.setStatus(status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status);
        page.addObject("shell", shells.of(request));
        page.addObject("problem", said);
        page.addObject("status", said.status());
        page.addObject("requestId", RequestContext.of(request).requestId());
        return page;
    }
}
