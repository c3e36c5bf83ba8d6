package dev.berth.gateway.edge;

import dev.berth.schema.id.OperationId;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Answers what Tomcat refuses before any filter of ours has seen it, such as a path with {@code %2F} or {@code %00} in it: a problem like any
 * other, in place of a page of Tomcat's own.
 */
@Component
class BeforeTheEdge implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(Report.class.getName());
            }
        });
    }

    /** Made by Tomcat, by its name. */
    public static final class Report extends ErrorReportValve {
        private static final Logger LOG = LoggerFactory.getLogger(Report.class);

        @Override
        protected void report(Request request, Response response, Throwable thrown) {
            int status = response.getStatus();
            if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
                return;
            }
            Problem problem = problem(status);
            String id = "req" + OperationId.next().toString().substring(OperationId.PREFIX.length());
            byte[] body = Json.mapper().writeValueAsBytes(problem.members(id));
            try {
                response.setStatus(problem.code().status());
                response.setContentType("application/problem+json");
                response.setHeader("Cache-Control", "no-store");
                response.setHeader("X-Request-Id", id);
                response.setContentLength(body.length);
                response.getOutputStream().write(body);
                response.finishResponse();
            } catch (IOException | IllegalStateException e) {
                LOG.debug("a caller was gone before they were refused", e);
            }
        }

        private static Problem problem(int status) {
            return switch (status) {
                case 404 ->
                    Refusal.of(ErrorCode.NOT_FOUND, "There is no such route.").problem();
                case 405 ->
                    Refusal.of(ErrorCode.METHOD_NOT_ALLOWED, "The method is not offered.")
                            .problem();
                case 413 ->
                    Refusal.of(ErrorCode.TOO_LARGE, "The request is too large.").problem();
                default ->
                    status < 500
                            ? Refusal.of(ErrorCode.BAD_REQUEST, "The path or a header of the request cannot be read.")
                                    .problem()
                            : Refusal.of(ErrorCode.INTERNAL, "Nothing was changed.")
                                    .problem();
            };
        }
    }
}
