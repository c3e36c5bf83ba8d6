package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SessionId;
import dev.berth.schema.id.UserId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnverifiedTest {
    private static Principal.Customer developerBy(Unverified rules, boolean verified) {
        return new Principal.Customer(
                AccountId.next(),
                UserId.next(),
                null,
                SessionId.next(),
                Role.DEVELOPER,
                rules.cut(Role.DEVELOPER.scopes(), verified),
                rules.withheld(verified),
                Set.of());
    }

    @Test
    void withholdsNothingUnlessTheOperatorSays() {
        Unverified rules = new Unverified("");
        assertThat(developerBy(rules, false).scopes()).isEqualTo(Role.DEVELOPER.scopes());
    }

    @Test
    void withholdsWhatTheOperatorSaysUntilTheAddressIsProven() {
        Unverified rules = new Unverified("workloads:write, secrets:write");
        Principal.Customer before = developerBy(rules, false);
        assertThat(before.scopes()).doesNotContain(Scope.WORKLOADS_WRITE, Scope.SECRETS_WRITE);
        assertThatThrownBy(() -> before.need(Scope.WORKLOADS_WRITE, "The route"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("waits for a proven e-mail address");
        assertThatThrownBy(() -> before.need(Scope.KEYS_WRITE, "The route")).hasMessageContaining("this role");
        assertThat(developerBy(rules, true).scopes()).isEqualTo(Role.DEVELOPER.scopes());
        assertThat(developerBy(rules, true).unproven()).isEqualTo(Set.of());
    }

    @Test
    void refusesASettingThatIsNoScope() {
        assertThatThrownBy(() -> new Unverified("everything")).hasMessageContaining("no scope");
    }
}
