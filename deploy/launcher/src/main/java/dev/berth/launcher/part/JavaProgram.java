package dev.berth.launcher.part;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a part that is a Java program is run: class path, memory, and its start-up cache where there is one. A cache that does not
 * fit the class path or the JDK is ignored by the JVM, so it can make a start slower, never wrong.
 *
 * @param java the java binary
 * @param classPath jars, in order
 * @param mainClass the class to run
 * @param arguments its arguments
 * @param heapMib the largest heap
 * @param cache where its start-up cache is, or will be
 * @param training whether this run records what goes into the cache
 */
public record JavaProgram(
        Path java, List<Path> classPath, String mainClass, List<String> arguments, int heapMib, Path cache, boolean training) {
    /** Copies the lists. */
    public JavaProgram {
        classPath = List.copyOf(classPath);
        arguments = List.copyOf(arguments);
    }

    /** The same program in a run that records its start-up cache. */
    public JavaProgram recording() {
        return new JavaProgram(java, classPath, mainClass, arguments, heapMib, cache, true);
    }

    /** The whole command line. */
    public List<String> command(Map<String, String> systemProperties) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(flags());
        new TreeMap<>(systemProperties).forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
        command.add("-cp");
        command.add(String.join(":", classPath.stream().map(Path::toString).toList()));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** The flags that recording and use must have in common, and the cache's own. */
    private List<String> flags() {
        List<String> flags = new ArrayList<>(List.of(
                "-Xmx%dm".formatted(heapMib),
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xlog:aot=off",
                "-Xlog:cds=off",
                "-Duser.timezone=UTC",
                "-Dfile.encoding=UTF-8"));
        if (training) {
            flags.add("-XX:AOTCacheOutput=" + cache);
        } else if (Files.exists(cache)) {
            flags.add("-XX:AOTCache=" + cache);
        }
        return flags;
    }
}
