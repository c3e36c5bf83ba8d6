package dev.berth.bench.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What processes weigh, from /proc.
 *
 * @param rssKib resident memory, in which pages that are shared count for each process
 * @param pssKib proportional memory: a page that n processes share counts an nth, so sums are right
 * @param processes how many
 */
public record Memory(long rssKib, long pssKib, int processes) {
    private static final Path PROC = Path.of("/proc");

    private Memory plus(Memory other) {
        return new Memory(rssKib + other.rssKib, pssKib + other.pssKib, processes + other.processes);
    }

    /**
     * The memory of all processes whose command line names a folder, and of their descendants, by the part they belong to.
     *
     * @param partOf the name of the part of a command line; null asks the parent process
     */
    public static Map<String, Memory> of(Path folder, Function<String, @Nullable String> partOf) throws IOException {
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
        Set<Long> ours = new HashSet<>();
        commands.forEach((pid, command) -> {
            if (command.contains(folder.toString())
                    && pid != ProcessHandle.current().pid()) {
                ours.add(pid);
            }
        });
        Map<String, Memory> sums = new TreeMap<>();
        for (long pid : commands.keySet()) {
            String part = null;
            boolean belongs = false;
            for (@Nullable Long at = pid; at != null; at = parents.get(at)) {
                belongs |= ours.contains(at);
                if (part == null) {
                    part = partOf.apply(commands.getOrDefault(at, ""));
                }
            }
            if (belongs && pid != ProcessHandle.current().pid()) {
                sums.merge(part == null ? "other" : part, ofProcess(pid), Memory::plus);
            }
        }
        return sums;
    }

    private static Memory ofProcess(long pid) {
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
        return new Memory(rss, pss, 1);
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
