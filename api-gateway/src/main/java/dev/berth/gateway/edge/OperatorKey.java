package dev.berth.gateway.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.stereotype.Component;

/** The operator's key that stands in the settings: it may everything, and no call of the API takes it away. */
@Component
class OperatorKey {
    private final EdgeProperties properties;

    OperatorKey(EdgeProperties properties) {
        this.properties = properties;
    }

    /** Whether a text is it; the same time for any. Nothing is while none is set. */
    boolean matches(String key) {
        byte[] expected = properties.operatorKey().getBytes(StandardCharsets.UTF_8);
        return key.startsWith(Operators.PREFIX)
                && expected.length > Operators.PREFIX.length()
                && MessageDigest.isEqual(expected, key.getBytes(StandardCharsets.UTF_8));
    }
}
