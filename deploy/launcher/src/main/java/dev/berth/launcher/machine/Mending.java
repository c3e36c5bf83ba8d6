package dev.berth.launcher.machine;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.engine.Engine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** What {@code doctor --fix} and {@code test} do to a machine, each step said aloud and only where this user may. */
public final class Mending {
    /** What the tests need on Debian and Ubuntu, beside a JDK. */
    static final List<String> FOR_TESTS = List.of(
            "docker.io",
            "iptables",
            "nftables",
            "crun",
            "podman",
            "btrfs-progs",
            "tini",
            "busybox-static",
            "docker-registry",
            "chromium",
            "maven",
            "fonts-dejavu-core",
            "util-linux",
            "mmdebstrap",
            "debian-archive-keyring");

    /** Where a daemon writes that was started here. */
    public static final Path DOCKERD_LOG = Path.of("/var/log/berth-dockerd.log");

    private Mending() {}

    /** Installs what Berth needs, starts the engine, and completes the daemon's settings. */
    public static void mend(String dockerHost, Consumer<String> say, Path data) {
        Packages packages = new Packages(say);
        if (Packages.debian()) {
            attempt(say, () -> packages.ensure(List.of("maven", "busybox-static")));
        }
        boolean[] runs = {false};
        attempt(say, () -> {
            new DockerHost(packages, say, DOCKERD_LOG).ensure(dockerHost);
            runs[0] = true;
        });
        if (runs[0] && dockerHost.equals(DockerHost.LOCAL)) {
            attempt(say, () -> settings(new Engine(dockerHost), say));
            Nftables.ready(dockerHost, say);
        }
        say.accept("");
    }

    private static void settings(Engine engine, Consumer<String> say) {
        if (!Packages.root()) {
            say.accept("The daemon's settings are root's to write: sudo ./berth doctor --fix");
            return;
        }
        boolean swarm = engine.info()
                .path("Swarm")
                .path("LocalNodeState")
                .asString("inactive")
                .equals("active");
        List<String> added = new DaemonSettings(Survey.DAEMON_JSON).complete(Instant.now(), swarm);
        if (!added.isEmpty()) {
            say.accept(
                    "%s: added %s. They hold after a restart of the Docker daemon, which stops its containers: systemctl restart docker (or end dockerd and ./berth up)."
                            .formatted(Survey.DAEMON_JSON, String.join(", ", added)));
        }
    }

    private static void attempt(Consumer<String> say, Runnable step) {
        try {
            step.run();
        } catch (LaunchException e) {
            say.accept(e.getMessage() + " " + e.advice());
        }
    }

    /**
     * Makes a machine ready for all tests.
     *
     * @throws LaunchException naming the part that is missing and what to do
     */
    public static void forTests(String dockerHost, Consumer<String> say) {
        Packages packages = new Packages(say);
        if (Packages.debian()) {
            packages.ensure(FOR_TESTS);
            if (Command.find("npm")
                    .isEmpty()) { // Spectral lints the OpenAPI document; whoever has another Node.js keeps it
                packages.ensure(List.of("nodejs", "npm"));
            }
            if (Command.find("docker").isEmpty()) {
                packages.ensure(List.of("docker-cli")); // a package of its own from Debian 13 on
            }
        }
        for (String program : List.of(
                "mvn", "docker", "dockerd", "crun", "podman", "mkfs.btrfs", "busybox", "unshare", "setsid", "npm")) {
            if (Command.find(program).isEmpty()) {
                throw missing(program);
            }
        }
        if (Command.find("chromium").isEmpty()
                && Command.find("chromium-browser").isEmpty()) {
            throw missing("chromium");
        }
        new DockerHost(packages, say, DOCKERD_LOG).ensure(dockerHost);
    }

    private static LaunchException missing(String program) {
        return new LaunchException(
                "The tests need '%s', which is not on this machine.".formatted(program),
                "Debian and Ubuntu, as root: apt-get install " + String.join(" ", FOR_TESTS));
    }

    /** Runs Maven with its output shown; returns its exit code. */
    public static int maven(Path checkout, java.util.Map<String, String> environment, List<String> arguments) {
        List<String> command = new java.util.ArrayList<>(
                List.of("mvn", "-B", "-ntp", "-f", checkout.resolve("pom.xml").toString()));
        command.addAll(arguments);
        return Command.show(environment, command);
    }
}
