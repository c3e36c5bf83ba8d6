package dev.berth.launcher.part;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a part that is a Java program is run: class path, memory, and its start-up cache where there is one. A cache that does not
 * fit the class path or the JDK is ignored by the JVM.
 *
 * @param java the java binary
 * @param classPath jars, in order
 * @param mainClass the class to run
 * @param arguments its arguments
 * @param heapMib the largest heap
 * @param jit how much the JVM's compilers do
 * @param cache where its start-up cache is, or will be
 * @param cacheUse what this run does with the cache
 */
public record JavaProgram(
        Path java,
        List<Path> classPath,
        String mainClass,
        List<String> arguments,
        int heapMib,
        Jit jit,
        Path cache,
        CacheUse cacheUse) {
    private static final int LARGE_HEAP_MIB = 512;

    /**
     * The second compiler works for what is called ten times as often as it would by itself. With its own measure it took a third of all
     * that the processors did in the first hours, and so from those who wait for a launch. Who takes events by the thousand keeps its measure.
     */
    private static final List<String> WHAT_IS_REALLY_HOT = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000");

    /** Copies the lists. */
    public JavaProgram {
        classPath = List.copyOf(classPath);
        arguments = List.copyOf(arguments);
    }

    /** How much the JVM's compilers do: {@code QUICK} halves the work of a start, {@code FULL} is for what computes all day. */
    public enum Jit {
        QUICK,
        FULL
    }

    /** What a run does with the start-up cache. */
    public enum CacheUse {
        USE,
        RECORD,
        NONE
    }

    /** The same program in a run that records its start-up cache. */
    public JavaProgram recording() {
        return with(CacheUse.RECORD);
    }

    /** The same program in a run that leaves the cache alone. */
    public JavaProgram withoutCache() {
        return with(CacheUse.NONE);
    }

    /** Where a recording run writes its cache; it counts only once it was moved to {@link #cache}. */
    public Path recordingTo() {
        return cache.resolveSibling(cache.getFileName() + ".recording");
    }

    /** How long an orderly end may take: a recording run writes its cache then. */
    Duration stopWithin() {
        return cacheUse == CacheUse.RECORD ? Duration.ofMinutes(5) : Duration.ofSeconds(30);
    }

    private JavaProgram with(CacheUse use) {
        return new JavaProgram(java, classPath, mainClass, arguments, heapMib, jit, cache, use);
    }

    /** The whole command line. */
    public List<String> command(Map<String, String> systemProperties) {
        List<String> command = new ArrayList<>();
        if (cacheUse == CacheUse.RECORD) {
            command.addAll(List.of("nice", "-n", "19"));
        }
        command.add(java.toString());
        command.addAll(flags());
        new TreeMap<>(systemProperties).forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
        command.add("-cp");
        command.add(String.join(":", classPath.stream().map(Path::toString).toList()));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    private boolean isLarge() {
        return heapMib >= LARGE_HEAP_MIB;
    }

    /** The flags that recording and use must have in common, and the cache's own. */
    private List<String> flags() {
        List<String> flags = new ArrayList<>(List.of(
                "-Xmx%dm".formatted(heapMib),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xlog:aot=off",
                "-Xlog:cds=off",
                "-Duser.timezone=UTC",
                "-Dfile.encoding=UTF-8"));
        if (jit == Jit.QUICK) {
            flags.addAll(List.of("-Xms32m", "-XX:TieredStopAtLevel=1"));
        } else {
            // The young begin with a third: a JVM that finds no room beside them for the objects of its cache does not
            // start at all.
            flags.addAll(List.of("-Xms96m", "-XX:NewSize=32m"));
            // Who computes all day has large batches in hand, which each collection copies: so let there be few of
            // them.
            flags.add("-XX:MaxNewSize=%dm".formatted(isLarge() ? heapMib / 2 : heapMib / 3));
            if (isLarge()) {
                // Two batches of thousands of events are 40 MB: what does not fit where the young survive grows old
                // at once, and collecting the old stops everything for a third of a second.
                flags.add("-XX:SurvivorRatio=4");
            } else {
                flags.addAll(WHAT_IS_REALLY_HOT);
            }
        }
        if (cacheUse == CacheUse.RECORD) {
            flags.add("-XX:AOTCacheOutput=" + recordingTo());
        } else if (cacheUse == CacheUse.USE && Files.exists(cache)) {
            flags.add("-XX:AOTCache=" + cache);
        }
        return flags;
    }
}
