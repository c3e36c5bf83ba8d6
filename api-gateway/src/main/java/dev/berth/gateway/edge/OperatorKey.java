package dev.berth.gateway.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.stereotype.Component;

/** The operator's key, which stands in the settings. */
@Component
public class OperatorKey {
    private static final String PREFIX = "berth_op_";

    private final EdgeProperties properties;

    OperatorKey(EdgeProperties properties) {
        this.properties = properties;
    }

    /** Whether a text is it; the same time for any. Nothing is while none is set. */
    public boolean matches(String key) {
        byte[] expected = properties.operatorKey().getBytes(StandardCharsets.UTF_8);
        return key.startsWith(PREFIX)
                && expected.length > PREFIX.length()
                && MessageDigest.isEqual(expected, key.getBytes(StandardCharsets.UTF_8));
    }
}
