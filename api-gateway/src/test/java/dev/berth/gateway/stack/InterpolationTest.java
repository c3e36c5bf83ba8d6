package dev.berth.gateway.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterpolationTest {
    private static final Map<String, String> VARIABLES = Map.of("A", "one", "EMPTY", "", "_x9", "nine");

    /** The examples of the Compose specification, and what they leave open as the Compose program does it. */
    @ParameterizedTest
    @CsvSource({
        "plain,plain",
        "$A,one",
        "${A},one",
        "<$A-$_x9>,<one-nine>",
        "$$A,$A",
        "$${A},${A}",
        "${A:-two},one",
        "${EMPTY:-two},two",
        "${EMPTY-two},''",
        "${NONE-two},two",
        "${NONE:-$A},one",
        "${NONE:-${ALSO:-${A}}},one",
        "${A:+set},set",
        "${EMPTY:+set},''",
        "${EMPTY+set},set",
        "${NONE+set},''",
        "${NONE},''",
        "${A?must},one",
        "${NONE:-a$$b},a$b"
    })
    void putsVariablesInAsTheSpecificationSays(String text, String expected) throws Interpolation.Wrong {
        assertThat(new Interpolation(VARIABLES).apply(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$", "a$ b", "${", "${A", "${}", "${1}", "${A:}", "${A!x}", "${A:=x}", "$1"})
    void refusesWhatBeginsNoVariable(String text) {
        assertThatThrownBy(() -> new Interpolation(VARIABLES).apply(text)).isInstanceOf(Interpolation.Wrong.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"${NONE:?say it}", "${NONE?say it}", "${EMPTY:?say it}"})
    void saysWhichVariableIsWantedAndWhy(String text) {
        assertThatThrownBy(() -> new Interpolation(VARIABLES).apply(text))
                .hasMessageContaining("needs the variable")
                .hasMessageContaining("say it");
    }

    @Property
    void anyTextWithItsDollarSignsDoubledStaysAsItIs(@ForAll String text) throws Interpolation.Wrong {
        Interpolation interpolation = new Interpolation(VARIABLES);
        assertThat(interpolation.apply(text.replace("$", "$$"))).isEqualTo(text);
        assertThat(interpolation.missing()).isEmpty();
    }
}
