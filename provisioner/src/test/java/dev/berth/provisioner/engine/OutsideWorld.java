package dev.berth.provisioner.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A host of the internet that is not there: a network namespace behind this machine, with an address of those kept for
 * documentation (RFC 5737) and a program that says who it is. Needs root.
 */
final class OutsideWorld implements AutoCloseable {
    static final int PORT = 8080;

    private final String name = "bw%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
    private final int block = 4 * ThreadLocalRandom.current().nextInt(64);
    private Process program;

    static OutsideWorld begin() {
        OutsideWorld world = new OutsideWorld();
        try {
            world.run("ip", "netns", "add", world.name);
            world.run("ip", "link", "add", world.name, "type", "veth", "peer", "name", "world0", "netns", world.name);
            world.run("ip", "address", "add", "198.51.100.%d/30".formatted(world.block + 1), "dev", world.name);
            world.run("ip", "link", "set", world.name, "up");
            world.within("ip", "address", "add", world.address() + "/30", "dev", "world0");
            world.within("ip", "link", "set", "world0", "up");
            world.program = new ProcessBuilder(world.command(
                            "busybox",
                            "sh",
                            "-c",
                            "while :; do echo I am the world | busybox nc -l -p %d; done".formatted(PORT)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return world;
        } catch (IOException | RuntimeException e) {
            world.close();
            throw new IllegalStateException("a network namespace could not be made; is this root, with iproute2?", e);
        }
    }

    /** Where it is. */
    String address() {
        return "198.51.100." + (block + 2);
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name));
        command.addAll(List.of(words));
        return command;
    }

    private void within(String... words) {
        run(command(words).toArray(String[]::new));
    }

    private void run(String... words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", words) + ": " + said);
            }
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", words), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (program != null) {
            program.descendants().forEach(ProcessHandle::destroyForcibly);
            program.destroyForcibly();
        }
        run("ip", "netns", "delete", name);
    }
}
