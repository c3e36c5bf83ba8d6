package dev.berth.gateway.member;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.edge.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who may do what to whom. Pure. */
final class MemberRules {
    private MemberRules() {}

    /**
     * Reads a role.
     *
     * @throws Refusal 422 for none
     */
    static Role role(@Nullable String text) {
        Optional<Role> role = Arrays.stream(Role.values())
                .filter(one -> one.text().equals(text))
                .findFirst();
        return role.orElseThrow(() -> Refusal.invalid(List.of(roleError(text))));
    }

    static FieldError roleError(@Nullable String text) {
        String all = Arrays.stream(Role.values()).map(Role::text).collect(Collectors.joining(", "));
        return new FieldError("role", text == null ? "is required" : "must be one of " + all);
    }

    /**
     * Lets pass who may give a role: one that stands no higher than their own and may nothing that they may not. So a key that may do
     * little gives no role that may do more.
     *
     * @throws Refusal 403
     */
    static void give(Principal.Customer giver, Role role) {
        giver.need(Scope.MEMBERS_WRITE, "The change");
        if (!giver.role().isAtLeast(role) || !giver.scopes().containsAll(role.scopes())) {
            throw Refusal.of(
                            ErrorCode.FORBIDDEN,
                            "Who is %s here cannot give the role '%s'%s."
                                    .formatted(
                                            giver.role().text(),
                                            role.text(),
                                            giver.key() == null ? "" : " with a key that may less than the role"))
                    .fact("role", role.text());
        }
    }

    /**
     * Lets pass who may change or remove somebody of a role: none that stands above them.
     *
     * @throws Refusal 403
     */
    static void change(Principal.Customer changer, Role role) {
        changer.need(Scope.MEMBERS_WRITE, "The change");
        if (!changer.role().isAtLeast(role)) {
            throw Refusal.of(
                            ErrorCode.FORBIDDEN,
                            "Who is %s here cannot change a member who is %s."
                                    .formatted(changer.role().text(), role.text()))
                    .hint("Ask an owner.");
        }
    }

    /**
     * Keeps the last owner.
     *
     * @param owners how many there are, with the one that would be no owner any more
     * @throws Refusal 409
     */
    static void keepAnOwner(int owners) {
        if (owners <= 1) {
            throw Refusal.of(ErrorCode.CONFLICT, "The account would have no owner any more.")
                    .hint("Make somebody else an owner first.");
        }
    }
}
