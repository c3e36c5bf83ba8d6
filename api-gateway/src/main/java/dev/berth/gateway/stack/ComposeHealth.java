package dev.berth.gateway.stack;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The health check of a service. Pure. */
final class ComposeHealth {
    private static final long SHORTEST = 5;
    private static final Map<String, long[]> RANGES = Map.of(
            "interval", new long[] {SHORTEST, 300}, "timeout", new long[] {1, 60}, "start_period", new long[] {0, 600});

    private ComposeHealth() {}

    /** The check in the API's words; empty for none. */
    static Optional<Map<String, Object>> of(Place check) {
        Map<String, Object> members = new LinkedHashMap<>();
        boolean[] disabled = {false};
        check.entries().forEach((key, value) -> {
            switch (key) {
                case "test" ->
                    test(value).ifPresentOrElse(command -> members.put("command", command), () -> disabled[0] = true);
                case "interval", "timeout", "start_period" ->
                    seconds(key, value).ifPresent(s -> members.put(key + "_s", s));
                case "retries" -> value.number().ifPresent(n -> members.put("retries", retries(value, n)));
                case "disable" -> disabled[0] |= value.truth();
                case "start_interval" ->
                    value.findings().note(value.path(), "has no effect: a check is first made soon after the start");
                default -> {
                    if (!key.startsWith("x-")) {
                        value.findings().refuse(value.path(), "is no key of a health check", null);
                    }
                }
            }
        });
        if (disabled[0]) {
            return Optional.empty();
        }
        if (!members.containsKey("command")) {
            check.findings()
                    .refuse(
                            check.path(),
                            "has no test; what the image says of its health is not used",
                            "Add the test, as [\"CMD\", \"…\"].");
            return Optional.empty();
        }
        members.put("type", "exec");
        Object timeout = members.get("timeout_s");
        long interval = members.get("interval_s") instanceof Long s ? s : 30;
        if (timeout == null) {
            members.put("timeout_s", Math.min(30, interval));
        } else if (timeout instanceof Long s && s > interval) {
            members.put("timeout_s", interval);
            check.findings().note(check.path(), "the timeout is cut to the interval, %d s".formatted(interval));
        }
        members.put("interval_s", interval);
        return Optional.of(members);
    }

    /** The command; empty for {@code NONE}. */
    private static Optional<List<String>> test(Place test) {
        if (!test.isList()) {
            return Optional.of(List.of("/bin/sh", "-c", test.text()));
        }
        List<String> words = test.items().stream().map(Place::text).toList();
        String first = words.isEmpty() ? "" : words.getFirst();
        return switch (first) {
            case "NONE" -> Optional.empty();
            case "CMD" -> Optional.of(words.subList(1, words.size()));
            case "CMD-SHELL" -> Optional.of(List.of("/bin/sh", "-c", String.join(" ", words.subList(1, words.size()))));
            default -> {
                test.wrong("must begin with CMD, CMD-SHELL or NONE");
                yield Optional.empty();
            }
        };
    }

    private static Optional<Long> seconds(String key, Place value) {
        long[] range = java.util.Objects.requireNonNull(RANGES.get(key));
        return value.seconds().map(asked -> {
            long taken = Math.clamp(asked, range[0], range[1]);
            if (taken != asked) {
                value.findings()
                        .note(
                                value.path(),
                                "is taken as %d s: it may be %d to %d s".formatted(taken, range[0], range[1]));
            }
            return taken;
        });
    }

    private static long retries(Place value, BigInteger asked) {
        long taken = Math.clamp(asked.longValue(), 1, 10);
        if (taken != asked.longValue()) {
            value.findings().note(value.path(), "is taken as %d: it may be 1 to 10".formatted(taken));
        }
        return taken;
    }
}
