package dev.berth.gateway.forward;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Tells whether the reader of a stream is still there without writing to it: a log that is silent for hours would otherwise be
 * followed for nobody. The servlet API has no such question, so a valve leaves the way to Tomcat's own on the request: a read
 * that does not wait, which meets the end of the connection when the other side has closed it.
 */
@Component
class ClientGone implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    private static final String ATTRIBUTE = ClientGone.class.getName();

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new Marking());
    }

    /** Whether the caller of a request without a body has gone. To be asked by the request's own thread. */
    static boolean is(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof BooleanSupplier gone && gone.getAsBoolean();
    }

    private static final class Marking extends ValveBase {
        Marking() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            BooleanSupplier gone = () -> {
                org.apache.coyote.Request connection = request.getCoyoteRequest();
                connection.action(ActionCode.AVAILABLE, true);
                return connection.getAvailable() > 0; // there is no body: only the end of the connection "can be read"
            };
            request.setAttribute(ATTRIBUTE, gone);
            getNext().invoke(request, response);
        }
    }
}
