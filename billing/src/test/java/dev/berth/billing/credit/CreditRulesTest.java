package dev.berth.billing.credit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CreditRulesTest {
    private static final Instant NOW = Instant.parse("2026-03-10T00:00:00Z");

    @Test
    void grantsAreUsedByPriorityThenByTheirEndThenByTheirAge() {
        List<CreditGrant> grants = List.of(
                grant("last", 90, null, 0),
                grant("young", 50, null, 9),
                grant("old", 50, null, 8),
                grant("ends later", 50, NOW.plusSeconds(20), 0),
                grant("ends", 50, NOW.plusSeconds(10), 7),
                grant("first", 10, null, 0));
        assertThat(CreditRules.use(grants, 60, NOW).stream()
                        .map(use -> use.grant().note()))
                .containsExactly("first", "ends", "ends later", "old", "young", "last");
    }

    @Test
    void noMoreIsUsedThanIsDueOrLeft() {
        List<CreditGrant> grants = List.of(grant("a", 1, null, 0), grant("b", 2, null, 0));
        assertThat(CreditRules.sum(CreditRules.use(grants, 15, NOW))).isEqualTo(15);
        assertThat(CreditRules.use(grants, 15, NOW).getLast().amountMinor()).isEqualTo(5);
        assertThat(CreditRules.sum(CreditRules.use(grants, 99, NOW))).isEqualTo(20);
        assertThat(CreditRules.use(grants, 0, NOW)).isEmpty();
    }

    @Test
    void whatIsOverIsNotUsed() {
        assertThat(CreditRules.use(List.of(grant("over", 1, NOW, 0)), 5, NOW)).isEmpty();
        assertThat(CreditRules.use(List.of(grant("over", 1, NOW, 0)), 5, NOW.minusMillis(1)))
                .hasSize(1);
    }

    private static CreditGrant grant(String note, int priority, @Nullable Instant expiresAt, int createdAt) {
        return new CreditGrant(
                CreditGrantId.next(),
                AccountId.next(),
                CreditGrant.Kind.PROMOTIONAL,
                "EUR",
                10,
                10,
                priority,
                note,
                NOW.minusSeconds(100 - createdAt),
                expiresAt,
                null,
                null);
    }
}
