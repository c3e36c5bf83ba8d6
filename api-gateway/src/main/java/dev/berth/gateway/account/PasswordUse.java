package dev.berth.gateway.account;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Whether passwords are used at all: an operator may leave sign-in to a provider. Immutable. */
@Component
public class PasswordUse {
    private final boolean allowed;

    PasswordUse(@Value("${berth.passwords:true}") boolean allowed) {
        this.allowed = allowed;
    }

    /** Whether they are. */
    public boolean allowed() {
        return allowed;
    }

    /**
     * Refuses what needs one.
     *
     * @throws Refusal 403 {@code passwords_off} where they are not used
     */
    public void need() {
        if (!allowed) {
            throw Refusal.of(ErrorCode.PASSWORDS_OFF, "Passwords are turned off here.");
        }
    }
}
