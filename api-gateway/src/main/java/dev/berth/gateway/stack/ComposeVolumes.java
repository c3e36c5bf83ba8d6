package dev.berth.gateway.stack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The mounts of a service: volumes of the account; never a path of a host. Pure. */
final class ComposeVolumes {
    private static final String SOCKET = "/var/run/docker.sock";

    private final Set<String> declared;
    private final List<Map<String, Object>> mounts = new ArrayList<>();

    private ComposeVolumes(Set<String> declared) {
        this.declared = declared;
    }

    /**
     * The mounts.
     *
     * @param declared the volumes that the file declares
     */
    static List<Map<String, Object>> of(Place volumes, Set<String> declared) {
        ComposeVolumes reading = new ComposeVolumes(declared);
        for (Place item : volumes.items()) {
            if (item.isMap()) {
                reading.written(item);
            } else {
                reading.brief(item);
            }
        }
        return List.copyOf(reading.mounts);
    }

    private void brief(Place item) {
        String[] parts = item.text().split(":", -1);
        if (parts.length == 1) {
            anonymous(item, parts[0]);
        } else if (parts.length > 3 || parts[1].isEmpty()) {
            if (isPath(parts[0])) {
                path(item, parts[0]);
            } else {
                item.wrong("must be VOLUME:PATH or VOLUME:PATH:ro");
            }
        } else if (isPath(parts[0])) {
            path(item, parts[0]);
        } else {
            boolean readOnly = false;
            for (String mode : parts.length == 3 ? parts[2].split(",", -1) : new String[] {"rw"}) {
                switch (mode) {
                    case "ro" -> readOnly = true;
                    case "rw" -> {}
                    default ->
                        item.findings().note(item.path(), "the mode '%s' has no effect here".formatted(cut(mode)));
                }
            }
            named(item, parts[0], parts[1], readOnly);
        }
    }

    private void written(Place item) {
        String type = item.at("type").map(Place::text).orElse("volume");
        String source =
                item.at("source").or(() -> item.at("src")).map(Place::text).orElse("");
        String target = item.at("target")
                .or(() -> item.at("destination"))
                .or(() -> item.at("dst"))
                .map(Place::text)
                .orElse("");
        boolean readOnly = item.at("read_only")
                .or(() -> item.at("readonly"))
                .map(Place::truth)
                .orElse(false);
        item.entries().forEach((key, value) -> {
            switch (key) {
                case "type", "source", "src", "target", "destination", "dst", "read_only", "readonly", "bind" -> {}
                case "volume", "tmpfs", "consistency" -> {
                    if (!value.isVoid()) {
                        value.findings().note(value.path(), "has no effect here");
                    }
                }
                default -> value.findings().refuse(value.path(), "is no key of a mount", null);
            }
        });
        switch (type) {
            case "volume" -> {
                if (source.isEmpty()) {
                    anonymous(item, target);
                } else {
                    named(item, source, target, readOnly);
                }
            }
            case "bind" -> path(item, source);
            case "tmpfs" ->
                item.findings().note(item.path(), "has no effect: /tmp and the volumes of the image are in memory");
            default ->
                item.findings()
                        .refuse(
                                item.path(),
                                "a mount of the type '%s' is not offered".formatted(cut(type)),
                                "Use a volume that the file declares.");
        }
    }

    private void named(Place item, String name, String target, boolean readOnly) {
        if (!declared.contains(name)) {
            item.findings()
                    .refuse(
                            item.path(),
                            "the volume '%s' is not declared in the file".formatted(cut(name)),
                            "Add it to the file's volumes.");
            return;
        }
        Map<String, Object> mount = new LinkedHashMap<>();
        mount.put("volume", name);
        mount.put("path", target);
        mount.put("read_only", readOnly);
        mounts.add(mount);
    }

    private static void anonymous(Place item, String target) {
        item.findings()
                .note(
                        item.path(),
                        "has no name, so that '%s' lasts as long as its container; name a volume to keep it"
                                .formatted(cut(target)));
    }

    private static void path(Place item, String source) {
        if (source.equals(SOCKET) || source.equals("/run/docker.sock")) {
            item.findings()
                    .refuse(
                            item.path(),
                            "the Docker socket gives its holder the whole host and every tenant on it",
                            "Leave it out; what the service does with it (discover, start or watch containers) is done"
                                    + " with an API key of the account.");
        } else {
            item.findings()
                    .refuse(
                            item.path(),
                            "'%s' is a path of a host; no container sees one".formatted(cut(source)),
                            "Put the files into the image, or use a volume that the file declares.");
        }
    }

    /** As Compose tells a path from a name. */
    private static boolean isPath(String source) {
        return source.startsWith(".")
                || source.startsWith("/")
                || source.startsWith("~")
                || source.contains("/")
                || source.contains("\\")
                || source.matches("[A-Za-z]");
    }

    private static String cut(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > 80 ? clean.substring(0, 80) + "…" : clean;
    }
}
