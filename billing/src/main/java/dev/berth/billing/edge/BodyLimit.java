package dev.berth.billing.edge;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;

/** A request whose body may not exceed {@link #MAX_BYTES}, whatever its Content-Length says. */
final class BodyLimit extends HttpServletRequestWrapper {
    /** Enough for 10,000 rows of usage. */
    static final int MAX_BYTES = 4 << 20;

    /** Thrown while the body is read. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge() {
            super("The body may have at most %d bytes.".formatted(MAX_BYTES));
        }
    }

    BodyLimit(HttpServletRequest request) {
        super(request);
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        ServletInputStream body = super.getInputStream();
        return new ServletInputStream() {
            private int left = MAX_BYTES;

            @Override
            public int read() throws IOException {
                int value = body.read();
                if (value >= 0) {
                    took(1);
                }
                return value;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = body.read(bytes, offset, length);
                if (count > 0) {
                    took(count);
                }
                return count;
            }

            private void took(int count) throws TooLarge {
                left -= count;
                if (left < 0) {
                    throw new TooLarge();
                }
            }

            @Override
            public boolean isFinished() {
                return body.isFinished();
            }

            @Override
            public boolean isReady() {
                return body.isReady();
            }

            @Override
            public void setReadListener(ReadListener listener) {
                body.setReadListener(listener);
            }
        };
    }
}
