package dev.berth.gateway.login;

import dev.berth.gateway.edge.EdgeProperties;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/** The cookie of a way to the provider and back: {@code __Host-berth-login}, or {@code berth-login} over plain HTTP on loopback. */
@Component
public class LoginCookie {
    private final boolean secure;
    private final String name;

    LoginCookie(EdgeProperties properties) {
        secure = properties.secureCookies();
        name = secure ? "__Host-berth-login" : "berth-login";
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

    /** Sends it, for as long as the way is open. */
    public void write(HttpServletResponse response, String value) {
        send(response, value, Logins.OPEN.toSeconds());
    }

    /** Takes it back. */
    public void clear(HttpServletResponse response) {
        send(response, "", 0);
    }

    private void send(HttpServletResponse response, String value, long ageS) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(name, value)
                        .httpOnly(true)
                        .secure(secure)
                        .sameSite("Lax") // it must come back with the provider's redirect
                        .path("/")
                        .maxAge(ageS)
                        .build()
                        .toString());
    }
}
