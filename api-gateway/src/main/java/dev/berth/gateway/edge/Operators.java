package dev.berth.gateway.edge;

import java.util.Optional;
import org.springframework.stereotype.Component;

/** Those who run Berth, by the key of the settings or one of their own. Thread-safe. */
@Component
public class Operators {
    /** How all their keys begin. */
    public static final String PREFIX = "berth_op_";

    private final OperatorKey root;
    private final OperatorCredentials others;

    Operators(OperatorKey root, OperatorCredentials others) {
        this.root = root;
        this.others = others;
    }

    /** Who has a key; empty for nobody. */
    public Optional<Principal.Operator> of(String key) {
        if (!key.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return root.matches(key) ? Optional.of(Principal.Operator.ROOT) : others.ofKey(key);
    }
}
