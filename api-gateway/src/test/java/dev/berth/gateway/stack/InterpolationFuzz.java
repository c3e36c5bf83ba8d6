package dev.berth.gateway.stack;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Variables in Compose files, commands as one text, durations and sizes. */
final class InterpolationFuzz implements FuzzTarget {
    private static final Map<String, String> VARIABLES = Map.of("A", "value", "B", "", "LONG", "x".repeat(5000));

    @Override
    public int executions() {
        return 40_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.text(input);
        Interpolation interpolation = new Interpolation(VARIABLES);
        try {
            String with = interpolation.apply(text);
            must(with.length() <= Interpolation.MOST_CHARS, "%d characters", with.length());
            must(text.contains("$") || with.equals(text), "'%s' becomes '%s'", text, with);
        } catch (Interpolation.Wrong e) {
            must(text.contains("$") && e.getMessage() != null, "'%s' is refused", text);
        }
        try {
            must(interpolation.apply(text.replace("$", "$$")).equals(text), "'%s' is another after its escape", text);
        } catch (Interpolation.Wrong e) {
            throw new AssertionError("'%s' is refused when it is escaped".formatted(text), e);
        }
        ShellWords.split(text)
                .ifPresent(words -> must(
                        ShellWords.split(quoted(words)).filter(words::equals).isPresent(),
                        "%s are others again",
                        words));
        Units.seconds(text).ifPresent(seconds -> must(seconds >= 0, "'%s' is %d s", text, seconds));
        Units.mib(text).ifPresent(mib -> must(mib >= 0, "'%s' is %d MiB", text, mib));
    }

    private static String quoted(List<String> words) {
        return words.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
