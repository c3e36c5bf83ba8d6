package dev.berth.launcher.machine;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/** Looks at the machine and its Docker Engine, and judges what it sees by the rules. Changes nothing. */
public final class Survey {
    /** The Docker daemon's settings on its own machine. */
    public static final Path DAEMON_JSON = Path.of("/etc/docker/daemon.json");

    private static final Duration QUICK = Duration.ofSeconds(20);

    private final String dockerHost;
    private final Path data;

    /** A survey for a data directory and an engine's address. */
    public Survey(String dockerHost, Path data) {
        this.dockerHost = dockerHost;
        this.data = data;
    }

    /** Java, Maven, memory, disk. */
    public List<Finding> machine() {
        boolean compiler = Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", "javac"));
        String java = "%s %s at %s"
                .formatted(System.getProperty("java.vendor"), Runtime.version(), System.getProperty("java.home"));
        return List.of(
                MachineRules.jdk(Runtime.version().feature(), java, compiler),
                maven(),
                MachineRules.memory(Machine.availableMemoryMib(), MachineRules.NEEDED_MEMORY_MIB),
                MachineRules.disk(Machine.freeDiskMib(data), 1_024, data.toString()));
    }

    private static Finding maven() {
        Optional<Path> maven = Command.find("mvn");
        return maven.isPresent()
                ? Finding.ok("maven", maven.get().toString())
                : Finding.warning(
                        "maven",
                        "there is none on the path",
                        "Berth that is built runs, but it cannot be built anew.",
                        "Debian and Ubuntu: apt-get install maven. Elsewhere: the system's package, 3.8 or later.");
    }

    /** Ports that should be free, with the part that wants each. */
    public static List<Finding> ports(Map<Integer, String> wanted) {
        List<Finding> findings = new ArrayList<>();
        wanted.forEach((port, part) -> {
            if (!Machine.free("127.0.0.1", port)) {
                findings.add(Finding.error(
                        "ports",
                        "%d is taken by %s"
                                .formatted(port, Machine.listener(port).orElse("another program")),
                        "%s wants it.".formatted(part),
                        "End that program, or start Berth with --port N: seven ports in a row."));
            }
        });
        return findings.isEmpty()
                ? List.of(Finding.ok(
                        "ports",
                        "%s are free".formatted(wanted.keySet().toString().replaceAll("[\\[\\]]", ""))))
                : findings;
    }

    /** The engine, its daemon's settings, its runtime. */
    public List<Finding> docker() {
        Engine engine = new Engine(dockerHost);
        Optional<String> problem = engine.problem();
        if (problem.isPresent()) {
            return List.of(Finding.error(
                    "docker",
                    "no engine answers at %s: %s".formatted(dockerHost, problem.get()),
                    "Berth runs tenants' containers on it.",
                    Command.find("dockerd").isPresent()
                            ? "Start it: ./berth up or ./berth doctor --fix does, as root."
                            : DockerHost.howToInstall(Packages.osRelease()) + ", or ./berth doctor --fix."));
        }
        boolean local = dockerHost.startsWith("unix:");
        List<Finding> findings = new ArrayList<>();
        findings.add(Nftables.look(dockerHost));
        try {
            JsonNode version = engine.version();
            findings.addAll(
                    DaemonRules.findings(engine.info(), version, new DaemonSettings(DAEMON_JSON).read(), local));
            findings.addAll(RuncRules.findings(runc(version), local ? packageVersion() : "", local ? changelog() : ""));
        } catch (LaunchException e) {
            findings.add(Finding.error("docker", String.valueOf(e.getMessage()), "", e.advice()));
        }
        return findings;
    }

    private static String runc(JsonNode version) {
        for (JsonNode component : version.path("Components")) {
            if (component.path("Name").asString("").equals("runc")) {
                return component.path("Version").asString("?");
            }
        }
        return "?";
    }

    private static String packageVersion() {
        Command.Result result = Command.run(QUICK, "dpkg-query", "-W", "-f=${Version}", "runc");
        return result.ok() ? result.output().strip() : "";
    }

    /** Debian's own record of which holes its package mends. */
    private static String changelog() {
        Path file = Path.of("/usr/share/doc/runc/changelog.Debian.gz");
        if (!Files.exists(file)) {
            return "";
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
