package dev.berth.gateway.stack;

import dev.berth.gateway.workload.WorkloadView;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.NetworkUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Workloads as a Compose file, which makes the same workloads again. What Compose has no words for stands under {@code x-berth}. Pure.
 */
final class ComposeExport {
    /** What an answer of the API has and no request may have. */
    private static final Set<String> ANSWERED = Set.of("next_runs", "promoted", "paused", "version");

    private ComposeExport() {}

    /** The text of the file. */
    static String of(String name, List<WorkloadView> workloads) {
        Map<String, Object> services = new LinkedHashMap<>();
        Set<String> volumes = new TreeSet<>();
        Map<String, Object> secrets = new TreeMap<>();
        Map<String, Object> configs = new TreeMap<>();
        Map<String, Object> networks = new TreeMap<>();
        for (WorkloadView workload : workloads) {
            JsonNode view = Json.mapper().valueToTree(workload);
            Map<String, Object> service = service(view);
            Map<String, Object> rest = contents(workload.name(), service, view, secrets, configs);
            networks(name, service, view.path("networks"), networks);
            own(service, view, rest);
            services.put(workload.name(), service);
            view.path("volumes").forEach(mount -> volumes.add(text(mount, "name")));
        }
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("name", name);
        file.put("services", services);
        if (!volumes.isEmpty()) {
            Map<String, Object> declared = new LinkedHashMap<>();
            volumes.forEach(volume -> declared.put(volume, Map.of()));
            file.put("volumes", declared);
        }
        if (!networks.isEmpty()) {
            file.put("networks", networks);
        }
        if (!secrets.isEmpty()) {
            file.put("secrets", secrets);
        }
        if (!configs.isEmpty()) {
            file.put("configs", configs);
        }
        return ComposeText.yaml().dump(file);
    }

    private static Map<String, Object> service(JsonNode view) {
        Map<String, Object> service = new LinkedHashMap<>();
        service.put("image", escaped(text(view, "image")));
        words(service, "entrypoint", view.path("command"));
        words(service, "command", view.path("args"));
        if (view.path("pull_policy").isString()) {
            service.put("pull_policy", text(view, "pull_policy").equals("always") ? "always" : "missing");
        }
        pairs(service, "environment", view.path("env"));
        pairs(service, "labels", view.path("labels"));
        if (!view.path("ports").isEmpty()) {
            List<Object> ports = new ArrayList<>();
            view.path("ports").forEach(port -> ports.add(port.intValue()));
            service.put("expose", ports);
        }
        for (String key : List.of("working_dir", "user", "stop_signal")) {
            if (view.path(key).isString()) {
                service.put(key, escaped(text(view, key)));
            }
        }
        service.put(
                "restart",
                switch (text(view, "restart")) {
                    case "never" -> "no";
                    case "on_failure" -> "on-failure";
                    default -> "always";
                });
        service.put("stop_grace_period", view.path("stop_grace_s").intValue() + "s");
        service.put("read_only", view.path("read_only_root").booleanValue());
        if (view.path("stdin").booleanValue()) {
            service.put("stdin_open", true);
        }
        if (view.path("tty").booleanValue()) {
            service.put("tty", true);
        }
        deploy(service, view);
        mounts(service, view.path("volumes"));
        words(service, "depends_on", view.path("depends_on"));
        return service;
    }

    private static void deploy(Map<String, Object> service, JsonNode view) {
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put(
                "cpus",
                java.math.BigDecimal.valueOf(view.path("cpu_millis").longValue(), 3)
                        .stripTrailingZeros()
                        .toPlainString());
        limits.put("memory", view.path("memory_mib").longValue() + "M");
        Map<String, Object> deploy = new LinkedHashMap<>();
        if (text(view, "kind").equals("service") && !view.path("autoscale").isObject()) {
            deploy.put("replicas", view.path("replicas").intValue());
        }
        deploy.put("resources", Map.of("limits", limits));
        service.put("deploy", deploy);
    }

    /**
     * Secrets are the account's, whatever they are called in the file; a file's content stands in it. From the first on for which
     * Compose has no words, such as a variable with a secret or a file that can be run, they are answered instead, for {@code x-berth}:
     * so they are in the same order when the file is read.
     */
    private static Map<String, Object> contents(
            String workload,
            Map<String, Object> service,
            JsonNode view,
            Map<String, Object> secrets,
            Map<String, Object> configs) {
        List<Object> used = new ArrayList<>();
        List<Object> ownSecrets = new ArrayList<>();
        view.path("secrets").forEach(one -> {
            if (!ownSecrets.isEmpty() || !one.path("path").isString()) {
                ownSecrets.add(plain(one));
                return;
            }
            secrets.put(text(one, "name"), Map.of("external", true));
            used.add(Map.of("source", text(one, "name"), "target", escaped(text(one, "path"))));
        });
        List<Object> files = new ArrayList<>();
        List<Object> ownFiles = new ArrayList<>();
        view.path("files").forEach(one -> {
            if (!ownFiles.isEmpty() || one.path("executable").asBoolean(false)) {
                ownFiles.add(plain(one));
                return;
            }
            String name = "%s_%d".formatted(workload, files.size() + 1);
            configs.put(name, Map.of("content", escaped(text(one, "content"))));
            files.add(Map.of("source", name, "target", escaped(text(one, "path"))));
        });
        filled(service, "secrets", used);
        filled(service, "configs", files);
        Map<String, Object> rest = new LinkedHashMap<>();
        filled(rest, "secrets", ownSecrets);
        filled(rest, "files", ownFiles);
        return rest;
    }

    private static void filled(Map<String, Object> into, String key, List<Object> list) {
        if (!list.isEmpty()) {
            into.put(key, list);
        }
    }

    /** By the names that the stack's own have in its file; the account's other networks by a name that says so. */
    private static void networks(
            String stack, Map<String, Object> service, JsonNode networks, Map<String, Object> declared) {
        List<Object> used = new ArrayList<>();
        networks.forEach(one -> {
            String network = text(one, "name");
            if (network.equals(NetworkUse.OWN)) {
                used.add(network);
                return;
            }
            Optional<String> own = ComposeNetworks.keyOf(stack, network);
            Map<String, Object> options = new LinkedHashMap<>();
            if (own.isEmpty()) {
                options.put("name", network);
            }
            if (one.path("internal").booleanValue()) {
                options.put("internal", true);
            }
            String key = own.orElse("account_" + network);
            declared.put(key, options);
            used.add(key);
        });
        if (!used.isEmpty()) {
            service.put("networks", used);
        }
    }

    private static void mounts(Map<String, Object> service, JsonNode volumes) {
        List<Object> mounts = new ArrayList<>();
        volumes.forEach(mount -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("type", "volume");
            one.put("source", text(mount, "name"));
            one.put("target", escaped(text(mount, "path")));
            one.put("read_only", mount.path("read_only").booleanValue());
            mounts.add(one);
        });
        if (!mounts.isEmpty()) {
            service.put("volumes", mounts);
        }
    }

    private static void own(Map<String, Object> service, JsonNode view, Map<String, Object> rest) {
        Map<String, Object> own = new LinkedHashMap<>();
        for (String key : ComposeService.OWN) {
            JsonNode value = view.path(key);
            boolean usual = ComposeService.BEHIND.contains(key)
                    || value.isMissingNode()
                    || value.isNull()
                    || (key.equals("kind") && text(view, key).equals("service"))
                    || (value.isBoolean() && !value.booleanValue());
            if (!usual) {
                own.put(key, plain(value));
            }
        }
        own.putAll(rest);
        if (!own.isEmpty()) {
            service.put("x-berth", own);
        }
    }

    private static void words(Map<String, Object> service, String key, JsonNode list) {
        List<Object> words = new ArrayList<>();
        list.forEach(word -> words.add(escaped(word.stringValue())));
        if (!words.isEmpty()) {
            service.put(key, words);
        }
    }

    private static void pairs(Map<String, Object> service, String key, JsonNode map) {
        Map<String, Object> pairs = new LinkedHashMap<>();
        map.forEachEntry((name, value) -> pairs.put(name, escaped(value.stringValue())));
        if (!pairs.isEmpty()) {
            service.put(key, pairs);
        }
    }

    private static Object plain(JsonNode value) {
        if (value.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            value.forEachEntry((key, item) -> {
                if (!item.isNull() && !ANSWERED.contains(key)) {
                    map.put(key, plain(item));
                }
            });
            return map;
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>();
            value.forEach(item -> list.add(plain(item)));
            return list;
        }
        return value.isString()
                ? escaped(value.stringValue())
                : value.isBoolean() ? (Object) value.booleanValue() : value.numberValue();
    }

    private static String escaped(String text) {
        return text.replace("$", "$$");
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }
}
