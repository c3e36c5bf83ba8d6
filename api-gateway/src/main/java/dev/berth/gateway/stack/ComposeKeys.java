package dev.berth.gateway.stack;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What becomes of each key that the Compose specification knows. A key that is not in these tables is refused, so nothing new in the
 * specification is ever left out in silence.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/05-services.md">Compose specification, services</a>
 */
final class ComposeKeys {
    /** What becomes of a key. */
    sealed interface Fate {
        /** It is read. */
        record Used() implements Fate {}

        /** It has no effect, which is said. */
        record Noted(String words) implements Fate {}

        /** It cannot be had, unless it says what is so anyway. */
        record Refused(String words, String hint) implements Fate {}
    }

    private static final Map<String, Fate> SERVICE = service();
    private static final Map<String, Fate> TOP = top();

    private ComposeKeys() {}

    /** The fate of a key of a service; empty for what is no key. */
    static Optional<Fate> ofService(String key) {
        return key.startsWith("x-") ? Optional.of(new Fate.Used()) : Optional.ofNullable(SERVICE.get(key));
    }

    /** The fate of a key of the file; empty for what is no key. */
    static Optional<Fate> ofFile(String key) {
        return key.startsWith("x-") ? Optional.of(new Fate.Used()) : Optional.ofNullable(TOP.get(key));
    }

    private static Map<String, Fate> top() {
        Map<String, Fate> keys = new TreeMap<>();
        used(keys, "services", "volumes", "networks", "secrets", "configs", "name");
        noted(keys, "has no meaning any more in Compose", "version");
        refused(keys, "other files are not here", "Send one file: docker compose config writes it.", "include");
        refused(keys, "models are not offered", "Run the model as a service.", "models");
        return keys;
    }

    private static Map<String, Fate> service() {
        Map<String, Fate> keys = new TreeMap<>();
        used(keys, "image", "build", "command", "entrypoint", "environment", "env_file", "expose", "ports", "restart");
        used(keys, "depends_on", "deploy", "scale", "healthcheck", "labels", "working_dir", "user", "stop_signal");
        used(keys, "stop_grace_period", "volumes", "read_only", "mem_limit", "cpus", "networks", "network_mode");
        used(keys, "secrets", "configs", "security_opt", "profiles", "links", "pull_policy");
        used(keys, "stdin_open", "tty");
        Map<String, String> notes = Map.ofEntries(
                Map.entry("container_name", "is Berth's to give: others reach it by the name of the service"),
                Map.entry("hostname", "is Berth's to give: it is the name of the replica"),
                Map.entry("domainname", "has no effect: names are those of the account's private network"),
                Map.entry("init", "has no effect here; kind machine has an init"),
                Map.entry("logging", "has no effect: logs are kept by Berth, within limits"),
                Map.entry("attach", "has no effect: logs are read with /v1/workloads/{id}/logs"),
                Map.entry("cap_drop", "is so anyway: all capabilities are dropped"),
                Map.entry("platform", "has no effect: an image is run on the architecture of the host"),
                Map.entry("annotations", "has no effect"),
                Map.entry("develop", "has no effect: it is for a developer's own machine"),
                Map.entry("mem_reservation", "has no effect: the memory of a size is reserved whole"),
                Map.entry("memswap_limit", "has no effect: there is no swap"),
                Map.entry("mem_swappiness", "has no effect: there is no swap"),
                Map.entry("cpu_shares", "has no effect: the processor of a size is a fixed share"),
                Map.entry("cpu_count", "has no effect; use cpus"),
                Map.entry("cpu_percent", "has no effect; use cpus"),
                Map.entry("shm_size", "has no effect: /dev/shm counts as memory of the container"),
                Map.entry(
                        "tmpfs",
                        "has no effect: /tmp and the volumes of the image are in memory unless a volume covers them"),
                Map.entry("mac_address", "is the engine's to give"),
                Map.entry("pids_limit", "has no effect: the limit is the operator's"),
                Map.entry("ulimits", "has no effect: the limits are the operator's"));
        notes.forEach((key, words) -> keys.put(key, new Fate.Noted(words)));
        refusedOfService(keys);
        return keys;
    }

    private static void refusedOfService(Map<String, Fate> keys) {
        String kernel =
                "It would let a container out of its isolation; leave it out, or use an image that does not need it.";
        refused(keys, "no container gets more than its isolation allows", kernel, "privileged", "cap_add", "devices");
        refused(
                keys,
                "no container gets more than its isolation allows",
                kernel,
                "device_cgroup_rules",
                "gpus",
                "sysctls");
        refused(keys, "no container shares namespaces with the host or another", kernel, "pid", "ipc", "uts", "cgroup");
        refused(
                keys,
                "no container shares namespaces with the host or another",
                kernel,
                "userns_mode",
                "cgroup_parent");
        refused(keys, "the runtime is the operator's", kernel, "runtime", "isolation", "use_api_socket");
        refused(
                keys,
                "scheduling within the host is not a tenant's",
                kernel,
                "cpu_rt_runtime",
                "cpu_rt_period",
                "cpuset");
        refused(
                keys,
                "scheduling within the host is not a tenant's",
                kernel,
                "cpu_period",
                "cpu_quota",
                "blkio_config");
        refused(keys, "scheduling within the host is not a tenant's", kernel, "oom_kill_disable", "oom_score_adj");
        refused(keys, "the groups of a process are those of its user", "Make the group in the image.", "group_add");
        refused(keys, "what disk a container has is not set here", "Use a volume.", "storage_opt", "volumes_from");
        String names = "Workloads of the account find each other by name; use the address itself in the environment.";
        refused(
                keys,
                "how names are looked up is Berth's",
                names,
                "dns",
                "dns_opt",
                "dns_search",
                "extra_hosts",
                "external_links");
        refused(
                keys,
                "other files are not here",
                "Send one file: docker compose config writes it.",
                "extends",
                "label_file");
        refused(keys, "hooks are not offered", "Do it in the image's entrypoint.", "post_start", "pre_stop");
        refused(keys, "is not offered", "Run it as a service of its own.", "provider", "models", "credential_spec");
    }

    private static void used(Map<String, Fate> keys, String... names) {
        for (String name : names) {
            keys.put(name, new Fate.Used());
        }
    }

    private static void noted(Map<String, Fate> keys, String words, String... names) {
        for (String name : names) {
            keys.put(name, new Fate.Noted(words));
        }
    }

    private static void refused(Map<String, Fate> keys, String words, String hint, String... names) {
        for (String name : names) {
            keys.put(name, new Fate.Refused(words, hint));
        }
    }
}
