package dev.berth.gateway.edge;

import org.springframework.stereotype.Component;

/** The cookie of a session: {@code __Host-berth}, or {@code berth} over plain HTTP on loopback. */
@Component
public class SessionCookie extends HostCookie {
    SessionCookie(EdgeProperties properties) {
        super(properties, "berth");
    }
}
