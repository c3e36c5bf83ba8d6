package dev.berth.gateway.stack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a Compose file becomes. Pure: nothing is made.
 *
 * <p>Goals: what can run does; what cannot is named, with its line and what to do instead; nothing is left out in silence. A service
 * with a refused key is not made, nor is one that is started after it; unless {@link ComposeOptions#partial} is set, none is then.
 *
 * @param services that can be had, each after those it depends on
 * @param volumes that those services mount and the file declares, in the order of the file, with the GiB that one is made with
 * @param findings in the order of the lines
 */
record ComposeImport(List<Planned> services, Map<String, Integer> volumes, List<Finding> findings) {
    /** The size of a volume of which the file says nothing, in GiB. */
    static final int USUAL_GIB = 1;

    private static final int EXTERNAL = 0;

    static final int MOST_SERVICES = 50;

    ComposeImport {
        services = List.copyOf(services);
        volumes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(volumes));
        findings = List.copyOf(findings);
    }

    /** Whether something of the file cannot be had. */
    boolean refused() {
        return findings.stream().anyMatch(Finding::refused);
    }

    /** What a text becomes; throws the refusal of {@link ComposeText#read} for what is no YAML. */
    static ComposeImport of(String text, ComposeOptions options) {
        ComposeText parsed = ComposeText.read(text);
        Findings findings = new Findings(parsed.lines(), options.leaveOut());
        Place file = new Place("", parsed.root(), findings, new Interpolation(options.variables()));
        file.entries().forEach(ComposeImport::fate);
        Map<String, Integer> declared = declared(file);
        Map<String, Planned> planned = services(file, options, declared.keySet());
        oneWriter(planned.values(), findings);
        Map<String, Planned> ordered = ordered(planned, findings);
        Set<String> mounted = mounted(ordered.values());
        return new ComposeImport(List.copyOf(ordered.values()), only(declared, mounted), findings.all());
    }

    private static Map<String, Integer> only(Map<String, Integer> declared, Set<String> mounted) {
        Map<String, Integer> only = new LinkedHashMap<>(declared);
        only.keySet().retainAll(mounted);
        only.values().removeIf(gib -> gib == EXTERNAL);
        return only;
    }

    /** A volume has one writer, which Compose does not know. */
    private static void oneWriter(Iterable<Planned> services, Findings findings) {
        Map<String, String> writers = new LinkedHashMap<>();
        for (Planned service : services) {
            if (!(service.members().get("volumes") instanceof List<?> mounts)) {
                continue;
            }
            for (int i = 0; i < mounts.size(); i++) {
                Map<?, ?> mount = (Map<?, ?>) mounts.get(i);
                String volume = String.valueOf(mount.get("volume"));
                if (Boolean.TRUE.equals(mount.get("read_only"))) {
                    continue;
                }
                String writer = writers.putIfAbsent(volume, service.name());
                if (writer != null) {
                    findings.refuse(
                            "services.%s.volumes[%d]".formatted(service.name(), i),
                            "the volume '%s' is written to by '%s', and one workload may write to a volume"
                                    .formatted(volume, writer),
                            "Let this service read it only (%s:%s:ro), or give each a volume of its own."
                                    .formatted(volume, mount.get("path")));
                }
            }
        }
    }

    private static void fate(String key, Place value) {
        ComposeKeys.ofFile(key)
                .ifPresentOrElse(
                        fate -> {
                            switch (fate) {
                                case ComposeKeys.Fate.Used() -> {}
                                case ComposeKeys.Fate.Noted(String words) ->
                                    value.findings().note(value.path(), words);
                                case ComposeKeys.Fate.Refused(String words, String hint) ->
                                    value.findings().refuse(value.path(), words, hint);
                            }
                        },
                        () -> value.findings()
                                .refuse(
                                        value.path(),
                                        "is no key of the Compose specification",
                                        "Is it misspelt? Services stand under 'services:'."));
    }

    private static Map<String, Integer> declared(Place file) {
        Map<String, Integer> names = new LinkedHashMap<>();
        file.at("volumes")
                .ifPresent(volumes -> volumes.entries().forEach((name, volume) -> {
                    names.put(name, USUAL_GIB);
                    if (volume.value() != null) {
                        volume.entries().forEach((key, value) -> volume(key, value));
                        volume.at("x-berth").ifPresent(own -> names.put(name, size(own)));
                        volume.at("external").filter(Place::truth).ifPresent(_ -> names.put(name, EXTERNAL));
                    }
                }));
        return names;
    }

    /** What Compose has no word for: {@code x-berth: {size_gib: 10}}. */
    private static int size(Place own) {
        Map<String, Place> entries = own.isMap() ? own.entries() : Map.of();
        Place size = entries.get("size_gib");
        String text = size == null || size.isMap() ? "" : size.text();
        if (entries.size() != 1 || !text.matches("[1-9][0-9]{0,4}")) {
            own.findings().refuse(own.path(), "must be {size_gib: GIB}, a whole number from 1", null);
            return USUAL_GIB;
        }
        return Integer.parseInt(text);
    }

    private static void volume(String key, Place value) {
        switch (key) {
            case "driver" -> {
                if (!value.text().equals("local")) {
                    value.findings()
                            .refuse(value.path(), "only Berth's own volumes are offered", "Leave the driver out.");
                }
            }
            case "driver_opts" -> {
                if (!value.isVoid()) {
                    value.findings().refuse(value.path(), "would name paths or devices of a host", "Leave them out.");
                }
            }
            case "external" ->
                value.findings()
                        .note(value.path(), "is taken as the account's volume of that name, which must be there");
            case "labels" -> value.findings().note(value.path(), "have no effect");
            case "name" ->
                value.findings().note(value.path(), "has no effect: the volume has the name that the file gives it");
            default -> {
                if (!key.startsWith("x-")) {
                    value.findings().refuse(value.path(), "is no key of a volume", null);
                }
            }
        }
    }

    private static Map<String, Planned> services(Place file, ComposeOptions options, Set<String> declared) {
        Map<String, Place> services = file.at("services").map(Place::entries).orElse(Map.of());
        if (services.isEmpty()) {
            file.findings().refuse("services", "has no service", "Add one.");
        }
        if (services.size() > MOST_SERVICES) {
            file.findings()
                    .refuse(
                            "services",
                            "has %d services; the most are %d".formatted(services.size(), MOST_SERVICES),
                            "Make two stacks.");
            return Map.of();
        }
        ComposeContent content = ComposeContent.of(file);
        ComposeNetworks networks = ComposeNetworks.of(file, stackOf(file, options));
        Set<String> jobs = new TreeSet<>();
        services.values().forEach(service -> jobs.addAll(ComposeService.awaitedToEnd(service)));
        Map<String, Planned> planned = new LinkedHashMap<>();
        services.forEach((name, service) -> {
            if (service.findings().leftOut(service.path())) {
                service.findings().note(service.path(), "is left out, as you asked");
            } else if (!wanted(service, options)) {
                service.findings().note(service.path(), "is of a profile that is not on");
            } else {
                Planned plan = ComposeService.read(
                        name, service, options, new ComposeService.Declared(declared, content, networks));
                planned.put(name, jobs.contains(name) ? job(plan) : plan);
            }
        });
        return planned;
    }

    /** Whose networks those of the file are; a file that is only looked at need not say. */
    private static String stackOf(Place file, ComposeOptions options) {
        String own = file.at("name").map(Place::text).orElse("");
        return !options.stack().isEmpty() ? options.stack() : own.isEmpty() ? "stack" : own;
    }

    private static boolean wanted(Place service, ComposeOptions options) {
        List<Place> profiles = service.at("profiles").map(Place::items).orElse(List.of());
        return profiles.isEmpty()
                || profiles.stream().anyMatch(profile -> options.profiles().contains(profile.text()));
    }

    /** One that others wait for to end is no service. */
    private static Planned job(Planned service) {
        Map<String, Object> members = new LinkedHashMap<>(service.members());
        members.put("kind", "job");
        members.keySet().removeAll(Set.of("replicas", "rollout", "health_check"));
        members.computeIfPresent("restart", (_, policy) -> policy.equals("always") ? "on_failure" : policy);
        return new Planned(service.name(), members, service.after());
    }

    /** Those that can be had, each after those it waits for. */
    private static Map<String, Planned> ordered(Map<String, Planned> planned, Findings findings) {
        Map<String, Planned> ordered = new LinkedHashMap<>();
        Set<String> refused = new TreeSet<>();
        List<Planned> rest = new ArrayList<>(planned.values());
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Planned plan : List.copyOf(rest)) {
                String path = "services." + plan.name();
                if (!findings.refusedWithin(path)) {
                    waits(plan, planned.keySet(), refused, findings);
                }
                if (findings.refusedWithin(path)) {
                    refused.add(plan.name());
                    moved |= rest.remove(plan);
                } else if (ordered.keySet().containsAll(plan.after())) {
                    ordered.put(plan.name(), plan);
                    moved |= rest.remove(plan);
                }
            }
        }
        rest.forEach(plan -> findings.refuse(
                "services." + plan.name() + ".depends_on",
                "leads back to the service itself",
                "Let one of the circle go."));
        return ordered;
    }

    private static void waits(Planned plan, Set<String> planned, Set<String> refused, Findings findings) {
        String path = "services." + plan.name() + ".depends_on";
        for (String other : plan.after()) {
            if (!planned.contains(other)) {
                findings.refuse(
                        path,
                        "there is no service '%s' in what is made".formatted(other),
                        "Add it, or leave this out.");
            } else if (refused.contains(other)) {
                findings.refuse(path, "'%s' cannot be had".formatted(other), "Mend that one.");
            }
        }
    }

    /** The volumes that services mount. */
    static Set<String> mounted(Iterable<Planned> services) {
        Set<String> names = new TreeSet<>();
        for (Planned service : services) {
            if (service.members().get("volumes") instanceof List<?> mounts) {
                mounts.forEach(mount -> names.add(String.valueOf(((Map<?, ?>) mount).get("volume"))));
            }
        }
        return names;
    }
}
