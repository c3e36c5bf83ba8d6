package dev.berth.gateway.edge;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.OperatorKeyId;
import dev.berth.schema.id.SessionId;
import dev.berth.schema.id.UserId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who calls. A handler takes one as an argument: this type, or the one kind it can serve. */
public sealed interface Principal {
    /** As it stands in {@link dev.berth.schema.Cause#actor}. */
    String actor();

    /** What separates callers from each other: rates and idempotency keys are counted by it. */
    String caller(String address);

    /**
     * A person or a program that acts for an account.
     *
     * @param key the API key, null for a session
     * @param session the session, null for a key
     * @param scopes what it may do: those of the role, cut to those of the key
     * @param unproven what it may not do only because the e-mail address of the person is not proven yet
     * @param closed what it may not do only because the account is closed or about to be
     */
    record Customer(
            AccountId account,
            UserId user,
            @Nullable ApiKeyId key,
            @Nullable SessionId session,
            Role role,
            Set<Scope> scopes,
            Set<Scope> unproven,
            Set<Scope> closed)
            implements Principal {
        public Customer {
            scopes = Set.copyOf(scopes);
            unproven = Set.copyOf(unproven);
            closed = Set.copyOf(closed);
        }

        /** Whether it may. */
        public boolean may(Scope scope) {
            return scopes.contains(scope);
        }

        /**
         * Refuses what it may not.
         *
         * @param what needs the scope, such as {@code The route}
         * @throws Refusal 403 that names the scope
         */
        public void need(Scope scope, String what) {
            if (!may(scope) && unproven.contains(scope)) {
                throw Refusal.of(
                                ErrorCode.UNVERIFIED,
                                "%s needs the scope '%s', which waits for a proven e-mail address."
                                        .formatted(what, scope.text()))
                        .fact("scope", scope.text());
            }
            if (!may(scope) && closed.contains(scope)) {
                throw Refusal.of(
                                ErrorCode.ACCOUNT_CLOSED,
                                "%s needs the scope '%s', which nobody has in an account that is closed or about to be."
                                        .formatted(what, scope.text()))
                        .fact("scope", scope.text());
            }
            if (!may(scope)) {
                throw Refusal.of(
                                ErrorCode.FORBIDDEN,
                                "%s needs the scope '%s', which this %s does not have."
                                        .formatted(what, scope.text(), key == null ? "role" : "key"))
                        .fact("scope", scope.text());
            }
        }

        @Override
        public String actor() {
            return key == null ? user.toString() : key.toString();
        }

        @Override
        public String caller(String address) {
            return actor();
        }
    }

    /**
     * Somebody who runs Berth.
     *
     * @param key their own key; null for the one in the settings, which is nobody's in particular
     */
    record Operator(@Nullable OperatorKeyId key, OperatorRole role) implements Principal {
        /** Who has the key of the settings. */
        public static final Operator ROOT = new Operator(null, OperatorRole.ADMIN);

        /**
         * Refuses what the role does not allow.
         *
         * @throws Refusal 403 that names the role
         */
        void need(OperatorRole needed) {
            if (!role.may(needed)) {
                throw Refusal.of(
                                ErrorCode.OPERATOR_ROLE,
                                "The route needs the role '%s', which this key of the role '%s' does not have."
                                        .formatted(needed.text(), role.text()))
                        .hint(
                                needed == OperatorRole.ADMIN
                                        ? "Send a key with the role admin."
                                        : "Send a key with the role %s or admin.".formatted(needed.text()))
                        .fact("role", needed.text());
            }
        }

        @Override
        public String actor() {
            return key == null ? "operator" : key.toString();
        }

        @Override
        public String caller(String address) {
            return actor();
        }
    }

    /** Nobody known. */
    record Anonymous() implements Principal {
        @Override
        public String actor() {
            return "anonymous";
        }

        @Override
        public String caller(String address) {
            return "address:" + address;
        }
    }
}
