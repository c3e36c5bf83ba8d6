package dev.berth.bench.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What processes weigh and work, from /proc.
 *
 * @param rssKib resident memory, in which pages that are shared count for each process
 * @param pssKib proportional memory: a page that n processes share counts an nth, so sums are right
 * @param cpuMs processor time so far, of ended children too
 * @param processes how many
 */
public record Footprint(long rssKib, long pssKib, long cpuMs, int processes) {
    private static final Path PROC = Path.of("/proc");
    private static final List<String> SERVICES = List.of("gateway", "provisioner", "metering", "billing");

    private Footprint plus(Footprint other) {
        return new Footprint(
                rssKib + other.rssKib, pssKib + other.pssKib, cpuMs + other.cpuMs, processes + other.processes);
    }

    /**
     * The footprint of all processes whose command line names a data directory, and of their descendants, by part.
     *
     * @param folder the data directory
     * @param more processes that belong to it, though their command line does not say so: a service's does not when nobody started it
     *     but the bench
     */
    public static Map<String, Footprint> of(Path folder, long... more) throws IOException {
        Map<Long, Long> parents = new HashMap<>();
        Map<Long, String> commands = new HashMap<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            for (Path entry : entries.filter(it -> it.getFileName().toString().matches("\\d+"))
                    .toList()) {
                long pid = Long.parseLong(entry.getFileName().toString());
                ProcessHandle.of(pid)
                        .flatMap(ProcessHandle::parent)
                        .ifPresent(parent -> parents.put(pid, parent.pid()));
                commands.put(pid, read(entry.resolve("cmdline")).replace('\0', ' '));
            }
        }
        Set<Long> ours = Arrays.stream(more).boxed().collect(Collectors.toCollection(HashSet::new));
        commands.forEach((pid, command) -> {
            if (command.contains(folder.toString())
                    && pid != ProcessHandle.current().pid()) {
                ours.add(pid);
            }
        });
        Map<String, Footprint> sums = new TreeMap<>();
        for (long pid : commands.keySet()) {
            String part = null;
            boolean belongs = false;
            for (@Nullable Long at = pid; at != null; at = parents.get(at)) {
                belongs |= ours.contains(at);
                if (part == null) {
                    part = partOf(commands.getOrDefault(at, ""));
                }
            }
            if (belongs && pid != ProcessHandle.current().pid()) {
                sums.merge(part == null ? "other" : part, ofProcess(pid), Footprint::plus);
            }
        }
        return sums;
    }

    /** The processor time so far of a part, in ms; 0 where there is none. */
    public static long cpuMs(Map<String, Footprint> footprints, String part) {
        Footprint footprint = footprints.get(part);
        return footprint == null ? 0 : footprint.cpuMs();
    }

    /** The processor time so far of one process and of its children that ended, in ms; 0 when it is gone. */
    public static long cpuMs(long pid) {
        return ofProcess(pid).cpuMs();
    }

    /** The part a command line belongs to. */
    private static @Nullable String partOf(String command) {
        for (String service : SERVICES) {
            if (command.contains("dev.berth." + service + ".")) {
                return service;
            }
        }
        if (command.contains("bin/postgres ") || command.startsWith("postgres:")) {
            return "postgresql";
        }
        if (command.contains("launcher.broker")) {
            return "kafka";
        }
        return command.contains("dev.berth.launcher") ? "launcher" : null;
    }

    private static Footprint ofProcess(long pid) {
        long rss = 0;
        long pss = 0;
        for (String line :
                read(PROC.resolve(Long.toString(pid)).resolve("smaps_rollup")).split("\n")) {
            String[] words = line.split("\\s+");
            if (words[0].equals("Rss:")) {
                rss = Long.parseLong(words[1]);
            } else if (words[0].equals("Pss:")) {
                pss = Long.parseLong(words[1]);
            }
        }
        return new Footprint(
                rss, pss, cpuMs(read(PROC.resolve(Long.toString(pid)).resolve("stat"))), 1);
    }

    /** User and system time, of the process and of its children that ended: fields 14 to 17 of proc(5), in hundredths. */
    private static long cpuMs(String stat) {
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        long ticks = 0;
        for (int field = 14; field <= 17 && afterName.length > 17; field++) {
            ticks += Long.parseLong(afterName[field - 3]);
        }
        return ticks * 10;
    }

    /** Empty when the process is gone. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
