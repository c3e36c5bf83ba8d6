package dev.berth.client.call;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Nobody answered, after some tries. */
public final class Away extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Nobody answered at this address. */
    public Away(String url, @Nullable Throwable why) {
        super("%s does not answer%s".formatted(url, why == null ? "" : ": " + said(why)), why);
    }

    private static String said(Throwable why) {
        for (Throwable one = why; one != null; one = one.getCause()) {
            String message = one.getMessage();
            if (message != null && !message.isBlank() && !message.startsWith("java.")) {
                return message;
            }
        }
        return switch (why) {
            case java.net.ConnectException _ -> "the connection was refused";
            case java.nio.channels.UnresolvedAddressException _ -> "there is no such host";
            default -> why.getClass().getSimpleName();
        };
    }
}
