package dev.berth.launcher.machine;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.engine.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Gets a Docker Engine to answer: the one that runs, the one that is installed, or one that is installed now where that is allowed. */
public final class DockerHost {
    /** Where an engine listens on its own machine. */
    public static final String LOCAL = "unix:///var/run/docker.sock";

    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final Packages packages;
    private final Consumer<String> progress;
    private final Path log;

    /** Says what it does through the consumer; a daemon started here writes to that log. */
    public DockerHost(Packages packages, Consumer<String> progress, Path log) {
        this.packages = packages;
        this.progress = progress;
        this.log = log;
    }

    /** What a machine needs for an engine. */
    public static List<String> debianPackages() {
        return List.of("docker.io", "iptables", "nftables", "tini");
    }

    /**
     * An engine that answers.
     *
     * @throws LaunchException saying what to do, when there is none and none may be installed or started
     */
    public Engine ensure(String host) {
        Engine engine = new Engine(host);
        Optional<String> problem = engine.problem();
        if (problem.isEmpty()) {
            return engine;
        }
        if (!host.equals(LOCAL)) {
            throw new LaunchException(
                    "No Docker Engine answers at %s: %s".formatted(host, problem.get()),
                    "Start it, or change BERTH_DOCKER_HOST; without that setting the engine of this machine is used.");
        }
        if (mayNotEnter(problem.get())) {
            throw new LaunchException(
                    "A Docker Engine runs here, but you may not use it.",
                    "sudo usermod -aG docker %s && newgrp docker, then again. (Who may use Docker is as good as root on this machine.)"
                            .formatted(System.getProperty("user.name")));
        }
        if (Command.find("dockerd").isEmpty()) {
            install();
            if (engine.answers()) {
                return engine;
            }
        }
        startDaemon(engine);
        return engine;
    }

    private static boolean mayNotEnter(String problem) {
        return problem.contains("Permission denied") && Files.exists(Path.of("/var/run/docker.sock"));
    }

    private void install() {
        if (!Packages.mayInstall()) {
            throw new LaunchException(
                    "There is no Docker Engine on this machine, and Berth may not install one.",
                    howToInstall(Packages.osRelease()));
        }
        progress.accept("no Docker Engine here: installing Debian's");
        packages.ensure(debianPackages());
        if (!Packages.root()) {
            throw new LaunchException(
                    "Docker is installed now, but you are not in its group yet.",
                    "sudo usermod -aG docker %s && newgrp docker, then again."
                            .formatted(System.getProperty("user.name")));
        }
    }

    /** The commands for the machine's distribution. */
    static String howToInstall(Map<String, String> osRelease) {
        String like = osRelease.getOrDefault("ID", "") + " " + osRelease.getOrDefault("ID_LIKE", "");
        String start = " && systemctl enable --now docker";
        if (like.contains("debian") || like.contains("ubuntu")) {
            return "As root: apt-get update && apt-get install -y docker.io iptables nftables tini";
        }
        if (like.contains("fedora") || like.contains("rhel")) {
            return "As root: dnf install -y moby-engine" + start;
        }
        if (like.contains("arch")) {
            return "As root: pacman -S --noconfirm docker" + start;
        }
        if (like.contains("suse")) {
            return "As root: zypper install -y docker" + start;
        }
        if (like.contains("alpine")) {
            return "As root: apk add docker && rc-update add docker && service docker start";
        }
        return "Install Docker Engine 20.10 or later as its handbook says for your system, or set BERTH_DOCKER_HOST to one elsewhere.";
    }

    private void startDaemon(Engine engine) {
        if (Files.isDirectory(Path.of("/run/systemd/system"))) {
            progress.accept("starting the Docker Engine (systemctl start docker)");
            Command.Result started = Command.run(
                    START_LIMIT, Packages.asRoot("systemctl", "start", "docker").toArray(String[]::new));
            if (started.ok() && answersWithin(engine, Optional.empty())) {
                return;
            }
            throw new LaunchException(
                    "The Docker Engine does not start: %s"
                            .formatted(started.output().strip()),
                    "journalctl -u docker -n 50 tells why.");
        }
        if (!Packages.root()) {
            throw new LaunchException(
                    "The Docker Engine does not run.",
                    "Start it as root: dockerd >/var/log/dockerd.log 2>&1 &   then again.");
        }
        progress.accept("starting the Docker Engine (dockerd, log " + log + ")");
        LogFile output = new LogFile(log);
        Path daemon = Command.find("dockerd").orElseThrow();
        Child child = Child.start("dockerd", List.of(daemon.toString()), Map.of(), output);
        if (!answersWithin(engine, Optional.of(child))) {
            throw new LaunchException(
                    "The Docker Engine does not start.",
                    output.lastLines(12)
                            + "\nThe whole log is %s. In a container of your own, Docker needs --privileged or a host that allows nesting."
                                    .formatted(log));
        }
    }

    private static boolean answersWithin(Engine engine, Optional<Child> child) {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < end && child.map(Child::alive).orElse(true)) {
            if (engine.answers()) {
                return true;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return engine.answers();
    }
}
