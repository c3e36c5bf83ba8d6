package dev.berth.launcher.machine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the machine. */
public final class Machine {
    private static final Path PROC = Path.of("/proc");
    private static final long MIB = 1024 * 1024;

    private Machine() {}

    /** Memory that programs could still get, in MiB; what the kernel or the container's limit says, whichever is less. */
    public static long availableMemoryMib() {
        try {
            long host = Files.readAllLines(PROC.resolve("meminfo")).stream()
                    .filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
            return Math.min(host, cgroupMemoryMib());
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private static long cgroupMemoryMib() throws IOException {
        Path limit = Path.of("/sys/fs/cgroup/memory.max");
        Path used = Path.of("/sys/fs/cgroup/memory.current");
        if (!Files.exists(limit) || !Files.exists(used)) {
            return Long.MAX_VALUE;
        }
        String max = Files.readString(limit).strip();
        return max.equals("max")
                ? Long.MAX_VALUE
                : (Long.parseLong(max) - Long.parseLong(Files.readString(used).strip())) / MIB;
    }

    /** Whether the processors had more than half of what they can do in the last minute. */
    public static boolean busy() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load > Runtime.getRuntime().availableProcessors() * 0.5;
    }

    /** Where this machine keeps files in memory, for those that are on no disk. */
    public static Path memoryFolder() {
        try {
            boolean memory = Files.getFileStore(Path.of("/run")).type().equals("tmpfs");
            return Path.of(memory ? "/run/berth" : "/dev/shm/berth");
        } catch (IOException e) {
            return Path.of("/dev/shm/berth");
        }
    }

    /** What is free where a path is, or will be, in MiB. */
    public static long freeDiskMib(Path path) {
        Path existing = Path.of("/");
        for (Path name : path.toAbsolutePath().normalize()) {
            Path next = existing.resolve(name);
            if (!Files.exists(next)) {
                break;
            }
            existing = next;
        }
        try {
            FileStore store = Files.getFileStore(existing);
            return store.getUsableSpace() / MIB;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether a port can be taken. */
    public static boolean free(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Who listens on a TCP port, such as {@code nginx (pid 1234)}, as far as this user may see. */
    public static Optional<String> listener(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : lines(PROC.resolve(table))) {
                String[] words = line.strip().split("\\s+");
                if (words.length > 9 && words[3].equals("0A") && words[1].endsWith(":%04X".formatted(port))) {
                    sockets.add("socket:[%s]".formatted(words[9]));
                }
            }
        }
        return sockets.isEmpty() ? Optional.empty() : holder(sockets);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<String> holder(Set<String> sockets) {
        try (Stream<Path> processes = Files.list(PROC)) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> holds(process, sockets))
                    .findFirst()
                    .map(process -> "%s (pid %s)".formatted(nameOf(process), process.getFileName()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return files.anyMatch(file -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(file).toString());
                } catch (IOException e) {
                    return false;
                }
            });
        } catch (IOException | java.io.UncheckedIOException e) {
            return false;
        }
    }

    private static String nameOf(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "a process";
        }
    }

    /** Memory of a process and its descendants in KiB, shared pages divided among those who share them (proportional set size). */
    public static long memoryKib(long pid) {
        return ownMemoryKib(pid)
                + ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(child -> ownMemoryKib(child.pid()))
                        .sum();
    }

    /** The same of the process alone; 0 when it is gone or not ours to see. */
    public static long ownMemoryKib(long pid) {
        try {
            return Files.readAllLines(PROC.resolve(pid + "/smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
