package dev.berth.walk.compose;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One service of a Compose file, read key by key. {@code restart} and {@code logging} are known and not followed: a part that dies
 * must be seen, not started again.
 */
public record ComposePart(String name, Map<String, Object> keys) {
    private static final Set<String> KNOWN = Set.of(
            "image",
            "user",
            "environment",
            "entrypoint",
            "command",
            "volumes",
            "networks",
            "ports",
            "cap_drop",
            "cap_add",
            "security_opt",
            "group_add",
            "read_only",
            "tmpfs",
            "mem_limit",
            "pids_limit",
            "shm_size",
            "stop_grace_period",
            "depends_on",
            "healthcheck",
            "restart",
            "logging");
    private static final Set<String> KNOWN_OF_HEALTH = Set.of("test", "interval", "timeout", "retries", "start_period");

    public ComposePart {
        keys = Map.copyOf(keys);
        refuseUnknown(name, keys.keySet(), KNOWN);
        if (keys.containsKey("healthcheck")) {
            refuseUnknown(
                    name + ".healthcheck",
                    ComposeFile.map(keys.get("healthcheck")).keySet(),
                    KNOWN_OF_HEALTH);
        }
    }

    /**
     * How its health is asked for.
     *
     * @param test the form of the engine's API: {@code CMD} and words
     */
    public record Health(List<String> test, Duration interval, Duration timeout, int retries, Duration startPeriod) {}

    /** The image it is made of. */
    public String image() {
        return text("image").orElseThrow(() -> new IllegalArgumentException(name + " has no image"));
    }

    /** What is set of a key that holds one word. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(keys.get(key)).map(String::valueOf);
    }

    /** What is set of a key that holds a list; empty when nothing is. */
    public List<String> list(String key) {
        return keys.get(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** Whether the key is there at all: an empty list says something else than none. */
    public boolean has(String key) {
        return keys.containsKey(key);
    }

    /** The environment that the file gives it. */
    public Map<String, String> environment() {
        Map<String, String> environment = new java.util.TreeMap<>();
        if (has("environment")) {
            ComposeFile.map(keys.get("environment"))
                    .forEach((variable, value) -> environment.put(variable, String.valueOf(value)));
        }
        return environment;
    }

    /** Bytes, of {@code 640m} and the like. */
    public Optional<Long> bytes(String key) {
        return text(key).map(size -> {
            long number = Long.parseLong(size.substring(0, size.length() - 1));
            return switch (size.charAt(size.length() - 1)) {
                case 'k' -> number << 10;
                case 'm' -> number << 20;
                case 'g' -> number << 30;
                default -> throw new IllegalArgumentException("%s.%s is no size: %s".formatted(name, key, size));
            };
        });
    }

    /** How long it has for an orderly end; ten seconds where nothing is said, as with Compose. */
    public Duration grace() {
        return text("stop_grace_period").map(ComposePart::duration).orElse(Duration.ofSeconds(10));
    }

    /** How its health is asked for, where it is. */
    public Optional<Health> health() {
        return Optional.ofNullable(keys.get("healthcheck"))
                .map(ComposeFile::map)
                .map(health -> new Health(
                        ((List<?>) health.get("test"))
                                .stream().map(String::valueOf).toList(),
                        duration(health.get("interval")),
                        duration(health.get("timeout")),
                        Integer.parseInt(String.valueOf(health.get("retries"))),
                        duration(health.get("start_period"))));
    }

    /** The parts it waits for. */
    public Set<String> dependsOn() {
        return has("depends_on") ? ComposeFile.map(keys.get("depends_on")).keySet() : Set.of();
    }

    boolean waitsForTheEndOf(String part) {
        return dependsOn().contains(part)
                && ComposeFile.map(ComposeFile.map(keys.get("depends_on")).get(part))
                        .containsValue("service_completed_successfully");
    }

    private static Duration duration(Object text) {
        return Duration.parse("PT" + text);
    }

    private static void refuseUnknown(String where, Set<String> keys, Set<String> known) {
        Set<String> unknown = new TreeSet<>(keys);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s sets %s, which the walks do not know how to follow".formatted(where, unknown));
        }
    }
}
