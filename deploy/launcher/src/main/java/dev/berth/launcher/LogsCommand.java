package dev.berth.launcher;

import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.data.LaunchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Shows the output of the parts.", mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is written from now on.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "40",
            description = "How many lines of each (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Parameters(
            arity = "0..1",
            paramLabel = "PART",
            description =
                    "gateway, provisioner, metering, billing, postgresql, kafka, stripe-double or launcher (default: all).")
    private @Nullable String part;

    @Override
    public Integer call() throws InterruptedException {
        List<LogFile> logs = logs();
        long[] seen = new long[logs.size()];
        for (int i = 0; i < seen.length; i++) {
            LogFile log = logs.get(i);
            seen[i] = log.size();
            log.lastLines(lines).lines().forEach(line -> print(log, line));
        }
        while (follow) {
            TimeUnit.MILLISECONDS.sleep(200);
            for (int i = 0; i < seen.length; i++) {
                seen[i] = printNews(logs.get(i), seen[i]);
            }
        }
        return 0;
    }

    private long printNews(LogFile log, long from) {
        long start = log.size() < from ? 0 : from;
        String news = log.from(start);
        String whole = news.substring(0, news.lastIndexOf('\n') + 1);
        whole.lines().forEach(line -> print(log, line));
        return start + whole.getBytes(StandardCharsets.UTF_8).length;
    }

    private void print(LogFile log, String line) {
        System.out.println(part == null ? "%-13s %s".formatted(nameOf(log), line) : line);
    }

    private static String nameOf(LogFile log) {
        return log.path().getFileName().toString().replace(".log", "");
    }

    private List<LogFile> logs() {
        Path folder = where.directory().logs();
        if (!Files.isDirectory(folder)) {
            throw new LaunchException("There are no logs in %s.".formatted(folder), "Start Berth with ./berth up.");
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<LogFile> logs = files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file ->
                            part == null || file.getFileName().toString().equals(part + ".log"))
                    .sorted()
                    .map(LogFile::new)
                    .toList();
            if (logs.isEmpty()) {
                throw new LaunchException(
                        "There is no log of '%s'.".formatted(part == null ? "anything" : part),
                        "./berth logs --help names the parts.");
            }
            return logs;
        } catch (IOException e) {
            throw new LaunchException("%s cannot be read: %s".formatted(folder, e), "Check who owns it.", e);
        }
    }
}
