package dev.berth.gateway.stack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one service of a file as a workload. Pure; one object is one reading. */
final class ComposeService {
    private static final String DEFAULT_SIZE = "s";
    private static final long DEFAULT_CPU_MILLIS = 500;
    private static final long DEFAULT_MEMORY_MIB = 512;

    /** Of the members under {@code x-berth} those that stand behind what the service has in Compose's own words. */
    static final Set<String> BEHIND = Set.of("secrets", "files");

    /** Members of a workload that a file may give under {@code x-berth}. */
    static final Set<String> OWN = java.util.Collections.unmodifiableSet(new TreeSet<>(Set.of(
            "kind",
            "size",
            "schedule",
            "max_runtime_s",
            "retries",
            "parallelism",
            "completions",
            "auto_destroy",
            "rollout",
            "health_check",
            "readiness_check",
            "autoscale",
            "secrets",
            "files")));

    private final String name;
    private final Place service;
    private final ComposeOptions options;
    private final Declared declared;
    private final Map<String, Object> members = new LinkedHashMap<>();
    private final Set<String> after = new TreeSet<>();

    /**
     * What the file declares beside its services.
     *
     * @param volumes by name
     * @param content its secrets and configs
     */
    record Declared(Set<String> volumes, ComposeContent content, ComposeNetworks networks) {}

    private ComposeService(String name, Place service, ComposeOptions options, Declared declared) {
        this.name = name;
        this.service = service;
        this.options = options;
        this.declared = declared;
    }

    /** The workload. */
    static Planned read(String name, Place service, ComposeOptions options, Declared declared) {
        ComposeService reading = new ComposeService(name, service, options, declared);
        reading.read();
        return new Planned(name, reading.members, reading.after);
    }

    /** The services that this one waits for to have ended well. */
    static Set<String> awaitedToEnd(Place service) {
        Set<String> names = new TreeSet<>();
        service.at("depends_on")
                .filter(Place::isMap)
                .ifPresent(map -> map.entries().forEach((other, how) -> {
                    if (how.at("condition").map(Place::text).orElse("").equals("service_completed_successfully")) {
                        names.add(other);
                    }
                }));
        return names;
    }

    private void read() {
        service.entries().forEach(this::fate);
        members.put("name", name);
        members.put("kind", "service");
        image();
        pullPolicy();
        members.put("command", words("entrypoint"));
        members.put("args", words("command"));
        members.put("env", environment());
        members.put("labels", service.at("labels").map(ComposeService::pairs).orElse(Map.of()));
        members.put("ports", ComposePorts.of(name, service.at("ports"), service.at("expose")));
        members.put("restart", restart());
        members.put("read_only_root", service.at("read_only").map(Place::truth).orElse(false));
        service.at("stdin_open").ifPresent(place -> members.put("stdin", place.truth()));
        service.at("tty").ifPresent(place -> members.put("tty", place.truth()));
        service.at("scale").flatMap(Place::number).ifPresent(n -> members.put("replicas", n));
        Map<String, Object> deploy = service.at("deploy").map(ComposeDeploy::of).orElse(Map.of());
        members.putAll(deploy);
        size();
        texts();
        service.at("healthcheck").flatMap(ComposeHealth::of).ifPresent(check -> members.put("health_check", check));
        List<Map<String, Object>> mounts = service.at("volumes")
                .map(place -> ComposeVolumes.of(place, declared.volumes()))
                .orElse(List.of());
        if (!mounts.isEmpty()) {
            members.put("volumes", mounts);
        }
        dependencies();
        service.at("x-berth").ifPresent(own -> own.entries().forEach(this::own));
    }

    /** What Compose has no words for, in the API's. */
    private void own(String key, Place value) {
        if (OWN.contains(key)) {
            Object said = plain(value);
            members.put(key, BEHIND.contains(key) ? behind(members.get(key), said) : said);
        } else {
            value.findings().refuse(value.path(), "is none of " + String.join(", ", OWN), null);
        }
    }

    private void fate(String key, Place value) {
        Optional<ComposeKeys.Fate> fate = ComposeKeys.ofService(key);
        if (fate.isEmpty()) {
            value.findings()
                    .refuse(value.path(), "is no key of a service in the Compose specification", "Is it misspelt?");
            return;
        }
        switch (fate.get()) {
            case ComposeKeys.Fate.Used() -> {}
            case ComposeKeys.Fate.Noted(String words) -> {
                if (!value.isVoid()) {
                    value.findings().note(value.path(), words);
                }
            }
            case ComposeKeys.Fate.Refused(String words, String hint) -> refused(key, value, words, hint);
        }
    }

    private static void refused(String key, Place value, String words, String hint) {
        if (value.isVoid()) {
            return;
        }
        if (value.isList()) {
            value.items().forEach(item -> item.findings().refuse(item.path(), said(key, item) + words, hint));
        } else {
            value.findings().refuse(value.path(), said(key, value) + words, hint);
        }
    }

    private static Object behind(@Nullable Object first, Object more) {
        return first instanceof List<?> before && more instanceof List<?> after
                ? Stream.concat(before.stream(), after.stream()).toList()
                : more;
    }

    private static String said(String key, Place value) {
        return value.isMap() || value.isList() ? key + ": " : "%s %s: ".formatted(key, cut(value.text()));
    }

    private void image() {
        Optional<Place> build = service.at("build");
        String instead = options.images().get(name);
        String image = service.at("image").map(Place::text).orElse("");
        if (instead != null) {
            members.put("image", instead);
            build.ifPresent(place -> place.findings()
                    .note(place.path(), "is not done; '%s' is run, as you said".formatted(cut(instead))));
        } else if (!image.isEmpty()) {
            members.put("image", image);
            build.ifPresent(place -> place.findings().note(place.path(), "is not done here; the image is fetched"));
        } else if (build.isPresent()) {
            build.get()
                    .findings()
                    .refuse(
                            build.get().path(),
                            "images are not built here",
                            "Build it, push it to a registry, and name it in \"images\": {\"%s\": \"…\"}."
                                    .formatted(name));
        } else {
            service.findings().refuse(service.path(), "has neither an image nor a build", "Give it an image.");
        }
    }

    private void pullPolicy() {
        service.at("pull_policy").filter(place -> !place.isVoid()).ifPresent(place -> {
            String said = place.text();
            switch (said) {
                case "always" -> members.put("pull_policy", "always");
                case "missing", "if_not_present" -> members.put("pull_policy", "if_not_present");
                default -> {
                    if (Set.of("never", "build", "daily", "weekly").contains(said) || said.startsWith("every_")) {
                        place.findings()
                                .note(place.path(), "has no effect: a registry is asked as it is without, by the tag");
                    } else {
                        place.wrong("must be always, missing or if_not_present");
                    }
                }
            }
        });
    }

    private List<String> words(String key) {
        Optional<Place> place = service.at(key).filter(value -> value.value() != null);
        if (place.isEmpty()) {
            return List.of();
        }
        if (place.get().isList()) {
            return place.get().items().stream().map(Place::text).toList();
        }
        return ShellWords.split(place.get().text()).orElseGet(() -> {
            place.get().wrong("has a quote that is not closed");
            return List.of();
        });
    }

    private Map<String, String> environment() {
        Map<String, String> env = new TreeMap<>();
        service.at("env_file").ifPresent(place -> {
            if (place.isList()) {
                place.items().forEach(item -> envFile(item, env));
            } else {
                envFile(place, env);
            }
        });
        service.at("environment").ifPresent(place -> env.putAll(pairs(place)));
        return env;
    }

    private void envFile(Place place, Map<String, String> env) {
        Place named = place.isMap() ? place.at("path").orElse(place) : place;
        boolean required = place.at("required").map(Place::truth).orElse(true);
        String path = named.text();
        String content = options.files().get(path);
        if (content == null) {
            if (required) {
                named.findings()
                        .refuse(
                                named.path(),
                                "the file '%s' is not here".formatted(cut(path)),
                                "Send what is in it in \"files\": {\"%s\": \"…\"}, or use environment."
                                        .formatted(cut(path)));
            }
            return;
        }
        content.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(line -> {
                    String pair = line.startsWith("export ") ? line.substring(7).strip() : line;
                    int sign = pair.indexOf('=');
                    if (sign < 1) {
                        named.wrong("has the line '%s', which is no NAME=VALUE".formatted(cut(line)));
                    } else {
                        env.put(
                                pair.substring(0, sign).strip(),
                                unquoted(pair.substring(sign + 1).strip()));
                    }
                });
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1
                && (value.startsWith("\"") || value.startsWith("'"))
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** A map, or a list of NAME=VALUE; a name without a value takes it from the variables. */
    private static Map<String, String> pairs(Place place) {
        Map<String, String> pairs = new TreeMap<>();
        if (place.isList()) {
            for (Place item : place.items()) {
                String text = item.text();
                int sign = text.indexOf('=');
                if (sign < 0) {
                    pairs.put(text, passed(item, text));
                } else {
                    pairs.put(text.substring(0, sign), text.substring(sign + 1));
                }
            }
        } else {
            place.entries()
                    .forEach((key, value) -> pairs.put(key, value.value() == null ? passed(value, key) : value.text()));
        }
        return pairs;
    }

    private static String passed(Place place, String name) {
        return new Place(place.path(), "${" + name + "}", place.findings(), place.variables()).text();
    }

    private String restart() {
        String said = service.at("restart").map(Place::text).orElse("no");
        String policy = said.startsWith("on-failure:") ? "on-failure" : said;
        return switch (policy) {
            case "no", "" -> "never";
            case "always", "unless-stopped" -> "always";
            case "on-failure" -> "on_failure";
            default -> {
                service.at("restart")
                        .ifPresent(place -> place.wrong("must be no, always, on-failure or unless-stopped"));
                yield "always";
            }
        };
    }

    private void size() {
        service.at("cpus").flatMap(Place::decimal).ifPresent(n -> members.putIfAbsent("cpu_millis", Units.millis(n)));
        service.at("mem_limit").flatMap(Place::mib).ifPresent(n -> members.putIfAbsent("memory_mib", n));
        boolean sized = service.at("x-berth").flatMap(own -> own.at("size")).isPresent();
        if (sized) {
            return;
        }
        if (!members.containsKey("cpu_millis") && !members.containsKey("memory_mib")) {
            members.put("size", options.sizes().getOrDefault(name, DEFAULT_SIZE));
        } else {
            members.putIfAbsent("cpu_millis", DEFAULT_CPU_MILLIS);
            members.putIfAbsent("memory_mib", DEFAULT_MEMORY_MIB);
        }
    }

    private void texts() {
        for (String key : List.of("working_dir", "user", "stop_signal")) {
            service.at(key).map(Place::text).filter(text -> !text.isEmpty()).ifPresent(text -> members.put(key, text));
        }
        service.at("stop_grace_period")
                .flatMap(Place::seconds)
                .ifPresent(s -> members.put("stop_grace_s", Math.max(1, s)));
        service.at("security_opt")
                .ifPresent(place -> place.items().forEach(item -> {
                    if (!item.text().startsWith("no-new-privileges")) {
                        refused("security_opt", item, "the profile of a container is the operator's", "Leave it out.");
                    }
                }));
        service.at("network_mode").ifPresent(place -> {
            if (!Set.of("bridge", "default").contains(place.text())) {
                refused(
                        "network_mode",
                        place,
                        "a container is in networks of the account only",
                        "Leave it out, or name networks; other workloads in them are reached by name.");
            }
        });
        networks();
        contents("secrets", service.at("secrets"), declared.content()::secret);
        contents("files", service.at("configs"), declared.content()::config);
        service.at("links")
                .ifPresent(place -> place.items().forEach(item -> {
                    String[] link = item.text().split(":", 2);
                    after.add(link[0]);
                    if (link.length == 2 && !link[1].equals(link[0])) {
                        item.findings()
                                .refuse(
                                        item.path(),
                                        "other names than the service's own are not given",
                                        "Use '%s'.".formatted(cut(link[0])));
                    }
                }));
    }

    private void contents(String member, Optional<Place> list, Function<Place, Optional<Map<String, Object>>> reading) {
        List<Map<String, Object>> read =
                list.filter(place -> !place.isVoid()).map(Place::items).orElse(List.of()).stream()
                        .flatMap(item -> reading.apply(item).stream())
                        .toList();
        if (!read.isEmpty()) {
            members.put(member, read);
        }
    }

    private void networks() {
        List<Map<String, Object>> networks = declared.networks().of(name, service.at("networks"));
        if (!networks.isEmpty()) {
            members.put("networks", networks);
        }
    }

    private void dependencies() {
        service.at("depends_on").ifPresent(place -> {
            if (place.isMap()) {
                place.entries().forEach((other, how) -> {
                    after.add(other);
                    how.at("restart")
                            .filter(Place::truth)
                            .ifPresent(r -> r.findings().note(r.path(), "has no effect: it is not restarted with it"));
                });
            } else {
                place.items().forEach(item -> after.add(item.text()));
            }
        });
        if (!after.isEmpty()) {
            members.put("depends_on", List.copyOf(after));
        }
    }

    private static Object plain(Place value) {
        if (value.isMap()) {
            Map<String, Object> map = new LinkedHashMap<>();
            value.entries().forEach((key, item) -> map.put(key, plain(item)));
            return map;
        }
        if (value.isList()) {
            return value.items().stream().map(ComposeService::plain).toList();
        }
        Object scalar = value.value();
        return scalar instanceof String ? value.text() : scalar == null ? "" : scalar;
    }

    private static String cut(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > 80 ? clean.substring(0, 80) + "…" : clean;
    }
}
