package dev.berth.schema.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A network namespace that stands for what is outside of the address pool, with somebody who takes what is sent. Root makes it. */
public final class Outside implements AutoCloseable {
    /** Where it listens. */
    public static final int PORT = 9000;

    private final int number = ThreadLocalRandom.current().nextInt(16_384);
    private final String name = "berth-out-" + number;
    private final Process sink;
    private final BufferedReader said;

    public Outside() {
        try {
            run("ip", "netns", "add", name);
            run("ip", "link", "add", near(), "type", "veth", "peer", "name", "out", "netns", name);
            run("ip", "addr", "add", address(1) + "/30", "dev", near());
            run("ip", "link", "set", near(), "up");
            run("ip", "-n", name, "addr", "add", address(2) + "/30", "dev", "out");
            run("ip", "-n", name, "link", "set", "out", "up");
            run("ip", "-n", name, "route", "add", "default", "via", address(1));
            sink = new ProcessBuilder(
                            "nsenter",
                            "--net=/var/run/netns/" + name,
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            Path.of(Sink.class
                                            .getProtectionDomain()
                                            .getCodeSource()
                                            .getLocation()
                                            .getPath())
                                    .toString(),
                            Sink.class.getName(),
                            String.valueOf(PORT))
                    .redirectErrorStream(true)
                    .start();
            said = sink.inputReader(StandardCharsets.UTF_8);
            assertThat(said.readLine()).isEqualTo("listens");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String near() {
        return "bo" + number;
    }

    private String address(int host) {
        return "198.18.%d.%d".formatted(number / 64, number % 64 * 4 + host);
    }

    /** Its address. */
    public String address() {
        return address(2);
    }

    /** The bytes of the next connection that ended. */
    public long received() {
        try {
            return Long.parseLong(said.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        sink.destroyForcibly();
        sink.onExit().join();
        run("ip", "netns", "del", name);
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("%s: %s", List.of(command), out).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
