package dev.berth.gateway.account;

import dev.berth.gateway.edge.Scope;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** What people may not do, nor keys that they made, before their e-mail address is proven: a setting of the operator's. */
@Component
class Unverified {
    private final Set<Scope> withheld;

    /** The setting is scopes with commas between them; empty: nothing is withheld. */
    Unverified(@Value("${berth.unverified-may-not:}") String scopes) {
        this.withheld = Stream.of(scopes.split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Scope::of)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What is withheld from somebody. */
    Set<Scope> withheld(boolean verified) {
        return verified ? Set.of() : withheld;
    }

    /** What is left of what they may. */
    Set<Scope> cut(Set<Scope> scopes, boolean verified) {
        if (verified || withheld.isEmpty()) {
            return scopes;
        }
        Set<Scope> left = EnumSet.noneOf(Scope.class);
        left.addAll(scopes);
        left.removeAll(withheld);
        return left;
    }
}
