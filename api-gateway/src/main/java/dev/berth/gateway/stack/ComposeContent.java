package dev.berth.gateway.stack;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The secrets and configs that a Compose file declares, and what a service's use of one becomes: a secret of the account, which the file
 * calls external since its value stands in no file; a config whose content stands in the file. Pure.
 */
final class ComposeContent {
    private final Map<String, Place> secrets;
    private final Map<String, Place> configs;

    private ComposeContent(Map<String, Place> secrets, Map<String, Place> configs) {
        this.secrets = secrets;
        this.configs = configs;
    }

    /** Those of a file. */
    static ComposeContent of(Place file) {
        return new ComposeContent(
                file.at("secrets").map(Place::entries).orElse(Map.of()),
                file.at("configs").map(Place::entries).orElse(Map.of()));
    }

    /** What a service's use of a secret becomes; nothing, and said so, where it cannot be had. */
    Optional<Map<String, Object>> secret(Place use) {
        String source = source(use);
        Place declared = declared(use, source, secrets, "secrets");
        if (declared == null) {
            return Optional.empty();
        }
        if (!declared.at("external").map(Place::truth).orElse(false)) {
            use.findings()
                    .refuse(
                            use.path(),
                            "the secret '%s' is in a file or variable that is not here".formatted(source),
                            "Send its value to POST /v1/secrets as '%s', and declare it with external: true."
                                    .formatted(source));
            return Optional.empty();
        }
        String target = target(use, source);
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("name", declared.at("name").map(Place::text).orElse(source));
        member.put("path", target.startsWith("/") ? target : "/run/secrets/" + target);
        return Optional.of(member);
    }

    /** What a service's use of a config becomes; nothing, and said so, where it cannot be had. */
    Optional<Map<String, Object>> config(Place use) {
        String source = source(use);
        Place declared = declared(use, source, configs, "configs");
        if (declared == null) {
            return Optional.empty();
        }
        Optional<String> content = declared.at("content").map(Place::text);
        if (content.isEmpty()) {
            use.findings()
                    .refuse(
                            use.path(),
                            "the content of the config '%s' is not in the file".formatted(source),
                            "Declare it with content: instead of a file.");
            return Optional.empty();
        }
        String target = target(use, source);
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("path", target.startsWith("/") ? target : "/" + target);
        member.put("content", content.get());
        return Optional.of(member);
    }

    private static String source(Place use) {
        return use.isMap() ? use.at("source").map(Place::text).orElse("") : use.text();
    }

    private static @org.jspecify.annotations.Nullable Place declared(
            Place use, String source, Map<String, Place> known, String list) {
        Place declared = known.get(source);
        if (declared == null || !declared.isMap()) {
            use.findings()
                    .refuse(
                            use.path(),
                            "'%s' is not declared in the file's %s".formatted(source, list),
                            "Add it there.");
            return null;
        }
        return declared;
    }

    private static String target(Place use, String source) {
        if (!use.isMap()) {
            return source;
        }
        use.entries().forEach((key, value) -> {
            switch (key) {
                case "source", "target" -> {}
                case "uid", "gid", "mode" ->
                    value.findings().note(value.path(), "has no effect: all may read it, and nobody changes it");
                default -> value.findings().refuse(value.path(), "is no key of such a use", null);
            }
        });
        return use.at("target").map(Place::text).orElse(source);
    }
}
