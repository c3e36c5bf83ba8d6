package dev.berth.launcher.machine;

import dev.berth.launcher.data.LaunchException;
import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Debian's and Ubuntu's packages: which are missing, and installing them where this user may (root, or sudo). The list of packages is
 * fetched once a run. Not safe for use by several threads.
 */
public final class Packages {
    private static final Duration QUICK = Duration.ofSeconds(20);

    private final Consumer<String> progress;
    private boolean updated;

    /** Says what it does through the consumer. */
    public Packages(Consumer<String> progress) {
        this.progress = progress;
    }

    /** Whether this machine has apt. */
    public static boolean debian() {
        return Command.find("apt-get").isPresent();
    }

    /** Whether this user may install here: as root, or with sudo (which may ask for a password at a terminal). */
    public static boolean mayInstall() {
        return debian() && (root() || sudo());
    }

    /** Whether this is root. */
    public static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    private static boolean sudo() {
        if (Command.find("sudo").isEmpty()) {
            return false;
        }
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                || Command.run(QUICK, "sudo", "-n", "true").ok();
    }

    /** A command as root. */
    static List<String> asRoot(String... command) {
        List<String> whole = new ArrayList<>();
        if (!root()) {
            whole.add("sudo");
        }
        whole.addAll(List.of(command));
        return whole;
    }

    /** Those of the packages that are not installed. */
    public static List<String> missing(List<String> names) {
        return names.stream()
                .filter(name -> !Command.run(QUICK, "dpkg-query", "-W", "-f=${Status}", name)
                        .output()
                        .contains("ok installed"))
                .toList();
    }

    /**
     * Installs those that are missing.
     *
     * @throws LaunchException when that is not allowed here, or fails
     */
    public void ensure(List<String> names) {
        List<String> missing = missing(names);
        if (missing.isEmpty()) {
            return;
        }
        String byHand = "apt-get update && apt-get install -y --no-install-recommends " + String.join(" ", missing);
        if (!mayInstall()) {
            throw new LaunchException(
                    "These packages are missing, and you may not install them: %s".formatted(String.join(" ", missing)),
                    "As root: " + byHand);
        }
        update();
        progress.accept("installing " + String.join(" ", missing));
        List<String> install = asRoot(
                "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends");
        install.addAll(missing);
        Command.Result result = Command.run(Duration.ofMinutes(20), install.toArray(String[]::new));
        if (!result.ok()) {
            throw new LaunchException(
                    "apt-get could not install %s (exit %d).".formatted(String.join(" ", missing), result.exit()),
                    lastLines(result.output(), 15) + "\nMend that, then as root: " + byHand);
        }
    }

    private void update() {
        if (updated) {
            return;
        }
        progress.accept("fetching the list of packages");
        Command.Result result = Command.run(
                Duration.ofMinutes(5), asRoot("apt-get", "update", "-q").toArray(String[]::new));
        if (!result.ok()) {
            progress.accept("apt-get update failed, trying with the old list: " + lastLines(result.output(), 3));
        }
        updated = true;
    }

    static String lastLines(String text, int count) {
        List<String> lines = text.strip().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    /** The distribution's id and those it is like, such as {@code debian} or {@code fedora rhel}. */
    public static Map<String, String> osRelease() {
        java.util.LinkedHashMap<String, String> values = new java.util.LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(
                            line.substring(0, equals),
                            line.substring(equals + 1).replace("\"", ""));
                }
            }
        } catch (java.io.IOException e) {
            return Map.of();
        }
        return values;
    }
}
