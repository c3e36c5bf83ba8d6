package dev.berth.gateway.edge;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * A cookie of this host alone, which no script reads: {@code __Host-} and its name with {@code Secure} (RFC 6265bis, section 4.1.3.2), or the
 * name over plain HTTP on loopback. {@code Lax}: it comes along when a link or a provider's redirect leads here. Immutable.
 */
public abstract class HostCookie {
    private final boolean secure;
    private final String name;

    protected HostCookie(EdgeProperties properties, String name) {
        this.secure = properties.secureCookies();
        this.name = secure ? "__Host-" + name : name;
    }

    /** Its value, null if the request has none. */
    public @Nullable String read(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(name)) {
                    return cookie.getValue();
                }
            }
        }
        return null;
    }

    /** Sends it. */
    public void write(HttpServletResponse response, String value, Duration age) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(name, value)
                        .httpOnly(true)
                        .secure(secure)
                        .sameSite("Lax")
                        .path("/")
                        .maxAge(age)
                        .build()
                        .toString());
    }

    /** Takes it back. */
    public void clear(HttpServletResponse response) {
        write(response, "", Duration.ZERO);
    }
}
