package dev.berth.gateway.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.edge.Refusal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerRulesTest {
    private static @Nullable BigInteger big(@Nullable Integer number) {
        return number == null ? null : BigInteger.valueOf(number);
    }

    private static TriggerRules.Asked asks(@Nullable Integer replicas, @Nullable Integer step) {
        return new TriggerRules.Asked(big(replicas), big(step));
    }

    /** Whatever is asked, a call leads to a number within the bounds or is refused; a step ends at them. */
    @Property
    void aCallEndsWithinTheBoundsOrIsRefused(
            @ForAll @IntRange(min = 1, max = 100) int a,
            @ForAll @IntRange(min = 1, max = 100) int b,
            @ForAll @IntRange(min = 1, max = 100) int now,
            @ForAll @IntRange(min = -200, max = 200) int number) {
        int min = Math.min(a, b);
        int max = Math.max(a, b);
        Trigger.Scale scale = new Trigger.Scale(null, null, min, max);
        if (number >= min && number <= max) {
            assertThat(TriggerRules.target(scale, now, asks(number, null))).isEqualTo(number);
        } else {
            assertThatThrownBy(() -> TriggerRules.target(scale, now, asks(number, null)))
                    .isInstanceOf(Refusal.class);
        }
        if (Math.abs(number) < TriggerRules.MAX_REPLICAS) {
            assertThat(TriggerRules.target(scale, now, asks(null, number)))
                    .isEqualTo(Math.clamp(now + number, min, max));
        }
    }

    @Test
    void whatATriggerSaysHoldsWhereACallSaysNothing() {
        assertThat(TriggerRules.target(new Trigger.Scale(3, null, 1, 5), 1, TriggerRules.Asked.NOTHING))
                .isEqualTo(3);
        assertThat(TriggerRules.target(new Trigger.Scale(null, 2, 1, 5), 4, TriggerRules.Asked.NOTHING))
                .isEqualTo(5);
        assertThat(TriggerRules.target(new Trigger.Scale(null, -2, 1, 5), 2, TriggerRules.Asked.NOTHING))
                .isEqualTo(1);
        assertThat(TriggerRules.target(new Trigger.Scale(3, null, 1, 5), 1, asks(null, 1)))
                .isEqualTo(2);
        assertThatThrownBy(
                        () -> TriggerRules.target(new Trigger.Scale(null, null, 1, 5), 1, TriggerRules.Asked.NOTHING))
                .hasMessageContaining("is required");
        assertThatThrownBy(() -> TriggerRules.target(new Trigger.Scale(null, null, 1, 5), 1, asks(2, 1)))
                .hasMessageContaining("exclude");
    }

    @ParameterizedTest
    @CsvSource({
        "'',redeploy,,,,,name",
        "a b,redeploy,,,,,name",
        "ci,delete,,,,,action",
        "ci,,,,,,action",
        "ci,redeploy,2,,,,replicas",
        "ci,redeploy,,,,3,max",
        "ci,scale,,,,,max",
        "ci,scale,,,0,3,min",
        "ci,scale,,,4,3,max",
        "ci,scale,,,1,101,max",
        "ci,scale,6,,1,5,replicas",
        "ci,scale,2,1,1,5,step",
        "ci,scale,,0,1,5,step",
    })
    void saysWhatIsWrong(
            String name,
            @Nullable String action,
            @Nullable Integer replicas,
            @Nullable Integer step,
            @Nullable Integer min,
            @Nullable Integer max,
            String field) {
        TriggerRequest request = new TriggerRequest(name, action, big(replicas), big(step), big(min), big(max));
        assertThatThrownBy(() -> TriggerRules.check(request))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(
                                        refusal.problem().errors().getFirst().field())
                                .isEqualTo(field));
    }

    @Test
    void aSecretIsReadBackAndNothingElseIs() {
        TriggerSecret secret = TriggerSecret.next();
        assertThat(TriggerSecret.parse(secret.text())).contains(secret);
        assertThat(secret).hasToString("berth_tr_" + secret.lookup() + "…");
        assertThat(TriggerSecret.parse(secret.text() + "0")).isEmpty();
        assertThat(TriggerSecret.parse(secret.text().toUpperCase(java.util.Locale.ROOT)))
                .isEmpty();
        assertThat(TriggerSecret.parse("berth_sk_" + "0".repeat(44))).isEmpty();
    }
}
