package dev.berth.bench;

import dev.berth.bench.ring.Shell;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the figures depend on beside Berth, and the removal of what a measurement leaves. */
final class Machine {
    private Machine() {}

    /** Facts for the head of a report. */
    static Map<String, String> facts(Path checkout) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        facts.put("commit", Shell.run(checkout, List.of("git", "rev-parse", "--short", "HEAD")));
        facts.put(
                "processor",
                "%d × %s".formatted(Runtime.getRuntime().availableProcessors(), value("/proc/cpuinfo", "model name")));
        facts.put("memory", value("/proc/meminfo", "MemTotal"));
        facts.put(
                "kernel",
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
        facts.put("java", Runtime.version().toString());
        facts.put("docker", Shell.run("docker", "version", "--format", "{{.Server.Version}}"));
        facts.put("load before", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        return facts;
    }

    private static String value(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    /** Removes a folder with all that is in it. */
    static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
