package dev.berth.billing.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.wire.Json;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class CanonicalObjectTest {
    @Property(tries = 200)
    void isWhatATreeOfItWouldBe(
            @ForAll Map<@NotEmpty String, String> texts, @ForAll long number, @ForAll boolean truth) {
        Map<String, Object> fields = new TreeMap<>(texts);
        fields.put("n", number);
        fields.put("truth", truth);
        CanonicalObject written = new CanonicalObject();
        ObjectNode tree = Json.mapper().createObjectNode();
        fields.forEach((name, value) -> {
            switch (value) {
                case Long whole -> {
                    written.put(name, (long) whole);
                    tree.put(name, whole);
                }
                case Boolean flag -> {
                    written.put(name, (boolean) flag);
                    tree.put(name, flag);
                }
                default -> {
                    written.put(name, value);
                    tree.put(name, value.toString());
                }
            }
        });
        assertThat(written.put("\uffff", (Object) null).end()).isEqualTo(Canonical.text(tree));
    }

    @Test
    void refusesFieldsOutOfTheirOrder() {
        CanonicalObject written = new CanonicalObject().put("b", 1);
        assertThatThrownBy(() -> written.put("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> written.put("b", true)).isInstanceOf(IllegalStateException.class);
    }
}
