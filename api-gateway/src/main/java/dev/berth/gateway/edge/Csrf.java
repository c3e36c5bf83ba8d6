package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps other sites from writing with a visitor's cookie. A write with a session needs the session's token, in the header
 * {@code X-CSRF-Token} or the form field {@code _csrf}; the token is a keyed hash of the cookie, so nothing is stored. A write
 * without one (sign-in, sign-up) must not come from another site, which browsers tell in {@code Sec-Fetch-Site} or
 * {@code Origin}. Programs that send a key have no cookie and are not asked.
 */
@Component
public class Csrf {
    /** The header. */
    public static final String HEADER = "X-CSRF-Token";

    /** The form field. */
    public static final String FIELD = "_csrf";

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final SessionCookie cookie;

    Csrf(SessionCookie cookie) {
        this.cookie = cookie;
    }

    /** The token of the request's session for a page to carry; empty when there is no session. */
    public String token(HttpServletRequest request) {
        String value = cookie.read(request);
        return value == null ? "" : tokenOf(value);
    }

    /** The token of a session that has just begun, by the cookie's value. */
    public static String tokenOf(String cookieValue) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(cookieValue.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal("berth csrf".getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
        }
    }

    /**
     * Checks a request, unless it has an Authorization header: no browser sends that for another site.
     *
     * @param session whether the cookie is a session's
     * @throws Refusal 403 if it is a write that another site may have caused
     */
    void check(HttpServletRequest request, boolean session) {
        if (SAFE.contains(request.getMethod()) || request.getHeader("Authorization") != null) {
            return;
        }
        if (fromElsewhere(request)) {
            throw Refusal.of(ErrorCode.CSRF, "The request comes from another site.");
        }
        if (session) {
            String sent = sent(request);
            byte[] expected = token(request).getBytes(StandardCharsets.UTF_8);
            if (sent == null || !MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), expected)) {
                throw Refusal.of(ErrorCode.CSRF, "A write with a session cookie needs the session's CSRF token.")
                        .hint("Send the token that the sign-in answered in X-CSRF-Token, or use an API key.");
            }
        }
    }

    private static boolean fromElsewhere(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.getHeader("Origin");
        return origin != null && !origin.endsWith("://" + request.getHeader("Host"));
    }

    private static @Nullable String sent(HttpServletRequest request) {
        String header = request.getHeader(HEADER);
        if (header != null) {
            return header;
        }
        String type = request.getContentType();
        boolean form = type != null && type.startsWith("application/x-www-form-urlencoded");
        return form ? request.getParameter(FIELD) : null;
    }
}
