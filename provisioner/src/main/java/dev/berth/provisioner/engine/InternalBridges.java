package dev.berth.provisioner.engine;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of internal networks. The engine keeps their containers from everything but the host itself, which has an address
 * on each of their bridges so that health checks get there. A rule of the host's firewall over all of these bridges lets it ask
 * them, and them only answer. Where this process may not set it, that is said. Thread-safe.
 */
final class InternalBridges {
    /** What the names of their bridges begin with, and those of nobody else's. */
    static final String PREFIX = "berthi";

    private static final int MOST_CHARS = 15; // IFNAMSIZ without its end
    private static final Duration HELD = Duration.ofMinutes(1);
    private static final long PATIENCE_SECONDS = 10;
    private static final List<String> RULE =
            List.of("INPUT", "-i", PREFIX + "+", "-m", "conntrack", "--ctstate", "NEW,INVALID", "-j", "DROP");

    private final boolean local;
    private long heldNanos;
    private boolean tried;
    private @Nullable String problem;

    InternalBridges(String dockerHost) {
        this.local = dockerHost.startsWith("unix:");
    }

    /** The name of the bridge of a network; the kernel allows 15 characters. */
    static String nameOf(String network) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(network.getBytes(StandardCharsets.UTF_8));
            String text = new BigInteger(1, hash).toString(Character.MAX_RADIX);
            return PREFIX + text.substring(0, MOST_CHARS - PREFIX.length());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Sees to it that the rule stands, at most once a minute; answers what the operator should know where it does not. */
    synchronized Optional<String> hold() {
        long now = System.nanoTime();
        if (!tried || now - heldNanos > HELD.toNanos()) {
            tried = true;
            heldNanos = now;
            problem = local ? set() : "the engine is on another host";
        }
        return finding();
    }

    /** A network was made: its bridge shows whether the rule is where the engine's bridges are. */
    synchronized void made(String network) {
        if (problem == null && !Files.exists(Path.of("/sys/class/net", nameOf(network)))) {
            problem = "the engine's bridges are in another network namespace than this process";
            heldNanos = System.nanoTime();
        }
    }

    private Optional<String> finding() {
        return Optional.ofNullable(problem)
                .map(why ->
                        "containers of internal networks can reach what listens on all addresses of the host (%s): run there 'iptables -I %s'"
                                .formatted(why, String.join(" ", RULE)));
    }

    private static @Nullable String set() {
        try {
            if (iptables("-C") == 0) {
                return null;
            }
            int code = iptables("-I");
            return code == 0 ? null : "iptables ended with exit code %d".formatted(code);
        } catch (IOException e) {
            return "there is no iptables";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static int iptables(String verb) throws IOException, InterruptedException {
        Path usual = Path.of("/usr/sbin/iptables");
        List<String> command =
                new ArrayList<>(List.of(Files.exists(usual) ? usual.toString() : "iptables", "-w", "5", verb));
        command.addAll(RULE);
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }
}
