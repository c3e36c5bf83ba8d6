package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyTextTest {
    @Test
    void readsWhatItMade() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            KeyText key = KeyText.next();
            assertThat(KeyText.parse(key.text())).contains(key);
            assertThat(seen.add(key.lookup())).isTrue();
        }
    }

    @Test
    void knowsAKeyWithOneWrongCharacterWithoutLookingAnywhere() {
        String text = KeyText.next().text();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(KeyText.parse(text.substring(0, i) + other + text.substring(i + 1)))
                    .isEmpty();
        }
        assertThat(KeyText.parse("")).isEmpty();
        assertThat(KeyText.parse(text + "0")).isEmpty();
    }

    @Test
    void doesNotShowItsSecretInALog() {
        KeyText key = KeyText.next();
        assertThat(key.toString()).doesNotContain(key.text().substring(21));
    }
}
