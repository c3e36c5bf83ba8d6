package dev.berth.schema.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An image of a Debian with cron and nginx, made from packages as an operator without a registry makes one. It is made once on this
 * machine's engine and stays there, as the bases of Berth's own images do. Not thread-safe.
 */
public final class TestDebian {
    /** Its name on an engine that has it: one of those that every account may use there. */
    public static final String IMAGE = "berth/test-daemons:1";

    private TestDebian() {}

    /** Makes it on this machine's engine, unless it is there. */
    public static void ensure() {
        if (run(List.of("docker", "image", "inspect", IMAGE)).exit() != 0) {
            String script = checkout().resolve("deploy/images/base/from-debian").toString();
            mustRun(List.of(script, IMAGE, "--install", "cron,nginx-light,procps"));
        }
    }

    /** Makes it as well on another engine, which must be able to load images; {@code host} as in {@code docker -H}. */
    public static void ensure(String host) {
        ensure();
        mustRun(List.of(
                "bash", "-c", "set -o pipefail; docker save '%s' | docker -H '%s' load".formatted(IMAGE, host)));
    }

    private record Ended(int exit, String said) {}

    private static void mustRun(List<String> command) {
        Ended ended = run(command);
        if (ended.exit() != 0) {
            throw new IllegalStateException("%s ended with %d%n%s".formatted(command, ended.exit(), ended.said()));
        }
    }

    private static Ended run(List<String> command) {
        try {
            Path log = Files.createTempFile("berth-debian", ".log");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                if (!process.waitFor(8, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(command + " did not end within 8 minutes");
                }
                return new Ended(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path checkout() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("berth"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("the tests run inside a checkout of Berth");
        }
        return folder;
    }
}
