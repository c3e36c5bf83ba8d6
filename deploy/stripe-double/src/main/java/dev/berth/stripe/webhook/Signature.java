package dev.berth.stripe.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The header {@code Stripe-Signature}: {@code t=…,v1=…}, HMAC-SHA256 over time, point and body. Source: Stripe's documentation, "Webhooks". */
public final class Signature {
    private Signature() {}

    /**
     * The header's value.
     *
     * @param seconds the time of signing, in s since 1970
     * @param body the very bytes that are sent, as text
     * @param secrets one {@code v1} for each
     */
    public static String header(long seconds, String body, List<String> secrets) {
        return "t=%d,%s"
                .formatted(
                        seconds,
                        secrets.stream()
                                .map(secret -> "v1=" + hmac(secret, seconds + "." + body))
                                .collect(Collectors.joining(",")));
    }

    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
