package dev.berth.gateway.login;

import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.HostCookie;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Component;

/** The cookie of a way to the provider and back: {@code __Host-berth-login}, or {@code berth-login} over plain HTTP on loopback. */
@Component
public class LoginCookie extends HostCookie {
    LoginCookie(EdgeProperties properties) {
        super(properties, "berth-login");
    }

    /** Sends it, for as long as the way is open. */
    public void write(HttpServletResponse response, String value) {
        write(response, value, Logins.OPEN);
    }
}
