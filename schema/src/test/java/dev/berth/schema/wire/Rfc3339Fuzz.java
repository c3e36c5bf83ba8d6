package dev.berth.schema.wire;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times read by hand: the same instant as the JDK's own reader gives, or the same refusal; and written the same again. */
final class Rfc3339Fuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 200_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.text(input);
        Instant quick = read(text, true);
        Instant sure = read(text, false);
        must(quick == null ? sure == null : quick.equals(sure), "'%s' is %s, and %s for the JDK", text, quick, sure);
        if (quick != null) {
            String written = Rfc3339.text(quick);
            if (Rfc3339.isPlain(text)) {
                must(written.equals(text), "'%s' is written '%s'", text, written);
            } else if (Rfc3339.isPlain(written)) {
                must(
                        Rfc3339.parse(written).equals(quick.truncatedTo(ChronoUnit.MILLIS)),
                        "'%s' is written '%s'",
                        text,
                        written);
            }
        }
    }

    private static @Nullable Instant read(String text, boolean byHand) {
        try {
            return byHand ? Rfc3339.parse(text) : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
