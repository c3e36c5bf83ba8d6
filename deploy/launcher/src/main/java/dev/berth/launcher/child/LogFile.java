package dev.berth.launcher.child;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The output of one part. The part writes to it directly, appending, so the file is cut in place: what is written between
 * copy and cut (microseconds) may be lost, and a killed launcher costs the part nothing.
 *
 * @param path where it is; older ones are beside it as {@code .1}, {@code .2}, {@code .3}
 */
public record LogFile(Path path) {
    private static final int KEPT = 3;
    private static final int TAIL_BYTES = 64 * 1024;

    /** Starts a new generation when the file is larger than that many bytes. Returns whether it did. */
    public boolean rotateAbove(long bytes) {
        try {
            if (!Files.exists(path) || Files.size(path) <= bytes) {
                return false;
            }
            for (int age = KEPT - 1; age >= 1; age--) {
                Path older = generation(age);
                if (Files.exists(older)) {
                    Files.move(older, generation(age + 1), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Files.copy(path, generation(1), StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Path generation(int age) {
        return path.resolveSibling(path.getFileName() + "." + age);
    }

    /** How many bytes it has now. */
    public long size() {
        try {
            return Files.exists(path) ? Files.size(path) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Its last lines, joined; an empty string when there are none. */
    public String lastLines(int count) {
        List<String> lines = from(Math.max(0, size() - TAIL_BYTES)).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    /** What was written after that many bytes, at most a few MiB of it; from the beginning when the file was cut. */
    public String from(long offset) {
        if (!Files.exists(path)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long start = offset > file.length() ? 0 : offset;
            byte[] bytes = new byte[(int) Math.min(file.length() - start, 4L * 1024 * 1024)];
            file.seek(start);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
