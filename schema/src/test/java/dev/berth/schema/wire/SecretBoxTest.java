package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.id.AccountId;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
    private static final String KEY = "a key that has thirty-two bytes!!";
    private static final String OTHER = "another key that has many bytes!!";
    private static final String VALUE = "hunter2 \u00e4\u20ac";

    private final AccountId account = AccountId.next();
    private final SecretBox box = new SecretBox(KEY);

    @Test
    void opensWhatItSealedAndShowsNothingOfIt() {
        String sealed = box.seal(account, "db", 3, VALUE);
        assertThat(sealed).doesNotContain("hunter2");
        assertThat(box.open(account, "db", 3, sealed)).isEqualTo(VALUE);
        assertThat(box.seal(account, "db", 3, VALUE))
                .as("each has a key of its own")
                .isNotEqualTo(sealed);
        assertThat(box.open(account, "empty", 1, box.seal(account, "empty", 1, "")))
                .isEmpty();
    }

    @Test
    void opensAsNothingElse() {
        String sealed = box.seal(account, "db", 3, VALUE);
        for (Runnable attempt : new Runnable[] {
            () -> box.open(AccountId.next(), "db", 3, sealed),
            () -> box.open(account, "other", 3, sealed),
            () -> box.open(account, "db", 4, sealed),
            () -> box.open(account, "db", 3, sealed.substring(0, sealed.length() - 2) + "xx"),
            () -> box.open(account, "db", 3, "x" + sealed.substring(1)),
            () -> box.open(account, "db", 3, "nothing"),
            () -> new SecretBox(OTHER).open(account, "db", 3, sealed)
        }) {
            assertThatThrownBy(attempt::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void aKeyCanBeReplaced() {
        String sealed = box.seal(account, "db", 1, VALUE);
        SecretBox both = new SecretBox(OTHER + "," + KEY);
        assertThat(both.open(account, "db", 1, sealed)).isEqualTo(VALUE);
        String fresh = both.seal(account, "db", 2, VALUE);
        assertThat(new SecretBox(OTHER).open(account, "db", 2, fresh)).isEqualTo(VALUE);
        assertThatThrownBy(() -> box.open(account, "db", 2, fresh)).hasMessageContaining("BERTH_SECRET_KEY");
        assertThatThrownBy(() -> new SecretBox("short")).hasMessageContaining("at least 32 bytes");
    }
}
