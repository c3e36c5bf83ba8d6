package dev.berth.gateway.edge;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads the body of an API call whole, up to {@link #MAX_BYTES}, before anything else is done with it: what is larger is
 * refused, and what is kept tells whether a repeated write is the same one. Forms are left to the container.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 40)
class BodyFilter extends OncePerRequestFilter {
    /** The largest body, 1 MiB. */
    static final int MAX_BYTES = 1 << 20;

    private static final String ATTRIBUTE = BodyFilter.class.getName();
    private static final byte[] NOTHING = {};

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return RequestContext.refused(request) != null || isSmallForm(request);
    }

    private static boolean isSmallForm(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null
                && (type.startsWith("application/x-www-form-urlencoded") || type.startsWith("multipart/"))
                && request.getContentLengthLong() <= MAX_BYTES
                && request.getContentLengthLong() >= 0;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean fits = request.getContentLengthLong() <= MAX_BYTES;
        byte[] body = fits ? request.getInputStream().readNBytes(MAX_BYTES + 1) : NOTHING;
        if (!fits || body.length > MAX_BYTES) {
            RequestContext.refuse(request, tooLarge());
            chain.doFilter(request, response);
            return;
        }
        request.setAttribute(ATTRIBUTE, body);
        chain.doFilter(body.length == 0 ? request : new ReadBody(request, body), response);
    }

    /** The body as it was sent; empty for a form. */
    static byte[] of(HttpServletRequest request) {
        byte[] body = (byte[]) request.getAttribute(ATTRIBUTE);
        return body == null ? NOTHING : body;
    }

    private static Refusal tooLarge() {
        return Refusal.of(ErrorCode.TOO_LARGE, "The body is larger than %d bytes.".formatted(MAX_BYTES))
                .fact("limit", MAX_BYTES);
    }

    private static final class ReadBody extends HttpServletRequestWrapper {
        private final byte[] body;

        ReadBody(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            ByteArrayInputStream in = new ByteArrayInputStream(body);
            return new ServletInputStream() {
                @Override
                public int read() {
                    return in.read();
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                    return in.read(target, offset, length);
                }

                @Override
                public boolean isFinished() {
                    return in.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new UnsupportedOperationException("the body is here already");
                }
            };
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }
    }
}
