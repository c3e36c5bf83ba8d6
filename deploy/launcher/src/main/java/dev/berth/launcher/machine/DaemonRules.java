package dev.berth.launcher.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * What the settings of a Docker Engine mean for the tenants on it. Pure: works on what the engine says of itself
 * ({@code GET /info}, {@code GET /version}) and on the content of its {@code daemon.json}.
 */
public final class DaemonRules {
    private static final String FIX =
            "./berth doctor --fix writes it to /etc/docker/daemon.json; the engine must be restarted then.";

    private DaemonRules() {}

    /** Everything that can be said of an engine. */
    public static List<Finding> findings(JsonNode info, JsonNode version, JsonNode daemonJson, boolean local) {
        List<Finding> findings = new ArrayList<>();
        findings.add(version(version));
        findings.add(cgroups(info));
        findings.add(storage(info));
        findings.add(seccomp(info));
        findings.add(userNamespaces(info));
        if (local) {
            findings.add(setTo(
                    daemonJson,
                    "icc",
                    false,
                    "containers on Docker's own bridge reach each other; Berth's tenants have networks of their own"));
            findings.add(setTo(
                    daemonJson, "userland-proxy", false, "each published port costs a process that runs as root"));
            findings.add(setTo(
                    daemonJson,
                    "no-new-privileges",
                    true,
                    "a container that Berth did not make may gain privileges through setuid programs"));
            findings.add(ulimits(daemonJson));
            findings.add(addressPool(daemonJson));
        }
        findings.add(liveRestore(info));
        findings.add(logDriver(info));
        findings.add(listeners(info, daemonJson));
        return findings;
    }

    private static Finding version(JsonNode version) {
        String number = version.path("Version").asString("?");
        String api = version.path("ApiVersion").asString("0");
        if (compareApi(api, "1.41") < 0) {
            return Finding.error(
                    "docker",
                    "Docker Engine %s (API %s)".formatted(number, api),
                    "Berth speaks API 1.41 or later.",
                    "Install Docker Engine 20.10 or later.");
        }
        return Finding.ok("docker", "Docker Engine %s (API %s)".formatted(number, api));
    }

    static int compareApi(String left, String right) {
        String[] l = left.split("\\.");
        String[] r = right.split("\\.");
        int major = Integer.compare(Integer.parseInt(l[0]), Integer.parseInt(r[0]));
        return major != 0 ? major : Integer.compare(l.length > 1 ? Integer.parseInt(l[1]) : 0, Integer.parseInt(r[1]));
    }

    private static Finding cgroups(JsonNode info) {
        String version = info.path("CgroupVersion").asString("?");
        List<String> missing = new ArrayList<>();
        for (String limit : List.of("MemoryLimit", "SwapLimit", "CpuCfsQuota", "PidsLimit")) {
            if (!info.path(limit).asBoolean(false)) {
                missing.add(limit);
            }
        }
        if (missing.contains("MemoryLimit") || missing.contains("CpuCfsQuota") || missing.contains("PidsLimit")) {
            return Finding.error(
                    "cgroups",
                    "version %s without %s".formatted(version, String.join(", ", missing)),
                    "A tenant's limits would not hold.",
                    "Boot a kernel with these cgroup controllers (kernel parameter cgroup_enable=memory on some machines).");
        }
        if (!missing.isEmpty()) {
            return Finding.warning(
                    "cgroups",
                    "version %s without a swap limit".formatted(version),
                    "A tenant over its memory limit may use the host's swap.",
                    "Boot with swapaccount=1, or switch swap off.");
        }
        return Finding.ok("cgroups", "version %s with memory, swap, cpu and pids limits".formatted(version));
    }

    private static Finding storage(JsonNode info) {
        String driver = info.path("Driver").asString("?");
        if (driver.equals("vfs")) {
            return Finding.error(
                    "storage",
                    "driver vfs",
                    "Each container is a whole copy of its image: slow, and the disk is soon full.",
                    "Use overlay2, on ext4 or xfs.");
        }
        if (driver.equals("devicemapper") || driver.equals("aufs")) {
            return Finding.warning(
                    "storage", "driver " + driver, "Docker dropped it.", "Use overlay2, on ext4 or xfs.");
        }
        boolean quota = driver.equals("btrfs") || driver.equals("zfs");
        return quota
                ? Finding.ok("storage", "driver %s, with a size quota for writable layers".formatted(driver))
                : Finding.note(
                        "storage",
                        "driver %s".formatted(driver),
                        "Writable layers have no size quota (except on xfs with pquota); tenants' roots are read-only by default.",
                        "Use btrfs, or overlay2 on xfs with pquota, if you allow writable roots.");
    }

    private static Finding seccomp(JsonNode info) {
        return options(info).stream().anyMatch(option -> option.startsWith("name=seccomp"))
                ? Finding.ok("seccomp", "on")
                : Finding.error(
                        "seccomp",
                        "off",
                        "Tenants may make every system call of the kernel.",
                        "Use a kernel and a Docker Engine with seccomp, and do not start dockerd with seccomp-profile=unconfined.");
    }

    private static List<String> options(JsonNode info) {
        List<String> options = new ArrayList<>();
        info.path("SecurityOptions")
                .forEach(option -> options.add(option.asString("").toLowerCase(Locale.ROOT)));
        return options;
    }

    private static Finding userNamespaces(JsonNode info) {
        boolean mapped = options(info).stream()
                .anyMatch(option -> option.startsWith("name=userns") || option.startsWith("name=rootless"));
        return mapped
                ? Finding.ok("userns-remap", "on")
                : Finding.warning(
                        "userns-remap",
                        "off",
                        "Root in a container is root on the host, should it ever get out. Berth runs tenants as another user wherever the image allows.",
                        "Set \"userns-remap\": \"default\". The engine then keeps images and containers in a new place: do it before there are tenants.");
    }

    private static Finding setTo(JsonNode daemonJson, String key, boolean wanted, String meaning) {
        return daemonJson.path(key).isBoolean() && daemonJson.path(key).asBoolean() == wanted
                ? Finding.ok(key, Boolean.toString(wanted))
                : Finding.warning(key, "not set to %s".formatted(wanted), "By default %s.".formatted(meaning), FIX);
    }

    private static Finding ulimits(JsonNode daemonJson) {
        return daemonJson.path("default-ulimits").isObject()
                ? Finding.ok(
                        "default-ulimits",
                        daemonJson.path("default-ulimits").propertyNames().toString())
                : Finding.note(
                        "default-ulimits",
                        "not set",
                        "Containers that Berth did not make inherit the daemon's limits. Berth sets limits for each of its own.",
                        FIX);
    }

    private static Finding addressPool(JsonNode daemonJson) {
        return daemonJson.path("default-address-pools").isArray()
                ? Finding.ok(
                        "address pool", daemonJson.path("default-address-pools").toString())
                : Finding.note(
                        "address pool",
                        "Docker's default",
                        "Networks that are not Berth's take addresses of 172.16/12 and 192.168/16, which may clash with your own. Berth's tenants have a pool of their own.",
                        FIX);
    }

    private static Finding liveRestore(JsonNode info) {
        if (info.path("LiveRestoreEnabled").asBoolean(false)) {
            return Finding.ok("live-restore", "on");
        }
        if (info.path("Swarm").path("LocalNodeState").asString("inactive").equals("active")) {
            return Finding.note("live-restore", "off", "A swarm does without it.", "");
        }
        return Finding.warning(
                "live-restore",
                "off",
                "When the Docker daemon restarts or is upgraded, every tenant's container is stopped.",
                FIX);
    }

    private static Finding logDriver(JsonNode info) {
        String driver = info.path("LoggingDriver").asString("?");
        return driver.equals("local")
                ? Finding.ok("log driver", "local")
                : Finding.note(
                        "log driver",
                        driver,
                        "Containers that Berth did not make may fill the disk with output. Berth sets driver and size for each of its own.",
                        FIX);
    }

    private static Finding listeners(JsonNode info, JsonNode daemonJson) {
        List<String> open = new ArrayList<>();
        info.path("Warnings").forEach(warning -> {
            String text = warning.asString("");
            if (text.contains("API is accessible on")) {
                open.add(text.replaceFirst("(?s)without encryption.*$", "without encryption")
                        .strip());
            }
        });
        daemonJson.path("hosts").forEach(host -> {
            if (host.asString("").startsWith("tcp:")
                    && !daemonJson.path("tlsverify").asBoolean(false)) {
                open.add("daemon.json: " + host.asString(""));
            }
        });
        return open.isEmpty()
                ? Finding.ok("tcp listeners", "none without mutual TLS")
                : Finding.error(
                        "tcp listeners",
                        String.join("; ", open),
                        "Whoever reaches that address is root on this machine; tenants' containers may reach it.",
                        "Remove the tcp listener, or set tlsverify with your own certificates.");
    }
}
