package dev.berth.launcher.engine;

import dev.berth.launcher.data.LaunchException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The image {@code berth/sample:1}: a shell, the usual small programs, and an HTTP server on port 8080 as its default command.
 * It runs as a user who is not root, on a root file system that nobody writes to. Built here, on a base that is pulled where a
 * registry answers and made of the host's static busybox where none does.
 */
public final class SampleImage {
    /** Its name. */
    public static final String NAME = "berth/sample:1";

    private static final String BASE = "busybox";
    private static final String BASE_TAG = "1.37-musl";
    private static final Duration PULL_LIMIT = Duration.ofSeconds(20);
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(3);
    private static final List<Path> BUSYBOXES =
            List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"), Path.of("/bin/busybox.static"));
    private static final String PAGE =
            "<!doctype html><meta charset=utf-8><title>berth/sample</title><h1>It runs.</h1><p>This is berth/sample:1.</p>\n";
    // The shell is process 1 and takes the signal: busybox's httpd alone would let a stop wait for its whole grace
    // time.
    private static final String SETTINGS = """
            COPY www /www
            USER 10001:10001
            WORKDIR /
            EXPOSE 8080
            CMD ["/bin/busybox", "sh", "-c", "busybox httpd -f -v -p 8080 -h /www & trap 'kill $!; exit 0' TERM INT; echo serving on port 8080; wait"]
            """;

    private SampleImage() {}

    /** Tries to put a static busybox on this machine; returns whether it could. */
    public interface BusyboxInstall {
        /** Installs it where that is allowed. */
        boolean run();
    }

    /**
     * Makes the image where it is missing. Returns in one word how: {@code there}, {@code pulled} or {@code built}.
     *
     * @throws LaunchException when there is neither a registry nor a static busybox
     */
    public static String ensure(Engine engine, BusyboxInstall install) {
        if (engine.hasImage(NAME)) {
            return "there";
        }
        Optional<Path> busybox = staticBusybox();
        Optional<String> notPulled =
                engine.hasImage(BASE + ":" + BASE_TAG) ? Optional.empty() : engine.pull(BASE, BASE_TAG, PULL_LIMIT);
        if (notPulled.isEmpty()) {
            build(engine, onBase());
            return "pulled";
        }
        if (busybox.isEmpty() && install.run()) {
            busybox = staticBusybox();
        }
        Path program = busybox.orElseThrow(
                () -> new LaunchException(
                        "The image %s cannot be made: no registry answers (%s), and there is no static busybox here."
                                .formatted(NAME, notPulled.get()),
                        "Install one (Debian and Ubuntu: apt-get install busybox-static), or load an image of that name yourself."));
        build(engine, fromScratch(program));
        return "built";
    }

    private static void build(Engine engine, byte[] context) {
        engine.build(NAME, context, BUILD_LIMIT).ifPresent(why -> {
            throw new LaunchException(
                    "The image %s cannot be built: %s".formatted(NAME, why), "./berth doctor looks at the engine.");
        });
    }

    private static byte[] onBase() {
        return tar(tar -> {
            file(
                    tar,
                    "Dockerfile",
                    0644,
                    "FROM %s:%s\n%s".formatted(BASE, BASE_TAG, SETTINGS).getBytes(StandardCharsets.UTF_8));
            file(tar, "www/index.html", 0644, PAGE.getBytes(StandardCharsets.UTF_8));
        });
    }

    private static byte[] fromScratch(Path busybox) {
        return tar(tar -> {
            String dockerfile = """
                    FROM scratch
                    ADD root.tar /
                    ENV PATH=/bin
                    %s""".formatted(SETTINGS);
            file(tar, "Dockerfile", 0644, dockerfile.getBytes(StandardCharsets.UTF_8));
            file(tar, "www/index.html", 0644, PAGE.getBytes(StandardCharsets.UTF_8));
            file(tar, "root.tar", 0644, rootFileSystem(Files.readAllBytes(busybox), applets(busybox)));
        });
    }

    static byte[] rootFileSystem(byte[] busybox, List<String> applets) {
        return tar(tar -> {
            for (String folder : List.of("bin/", "etc/", "home/", "proc/", "sys/", "dev/", "var/")) {
                entry(tar, new TarArchiveEntry(folder), 0755, new byte[0]);
            }
            entry(tar, new TarArchiveEntry("tmp/"), 01777, new byte[0]);
            file(tar, "bin/busybox", 0755, busybox);
            for (String applet : applets) {
                TarArchiveEntry link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
                link.setLinkName("busybox");
                entry(tar, link, 0777, new byte[0]);
            }
            file(
                    tar,
                    "etc/passwd",
                    0644,
                    "root:x:0:0:root:/:/bin/sh\nberth:x:10001:10001::/home:/bin/sh\n".getBytes(StandardCharsets.UTF_8));
            file(tar, "etc/group", 0644, "root:x:0:\nberth:x:10001:\n".getBytes(StandardCharsets.UTF_8));
        });
    }

    /** The host's busybox, if it is linked statically: another would miss its libraries in the image. */
    private static Optional<Path> staticBusybox() {
        return BUSYBOXES.stream().filter(SampleImage::isStaticElf).findFirst();
    }

    private static boolean isStaticElf(Path file) {
        try {
            return Files.isExecutable(file) && isStaticElf(Files.readAllBytes(file));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a 64-bit little-endian ELF program names no interpreter (no program header of type PT_INTERP). */
    static boolean isStaticElf(byte[] elf) {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(elf).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        if (elf.length < 64 || buffer.getInt(0) != 0x464c457f || elf[4] != 2) {
            return false;
        }
        long headers = buffer.getLong(32);
        int size = buffer.getShort(54);
        int count = buffer.getShort(56);
        for (int i = 0; i < count; i++) {
            int at = (int) headers + i * size;
            if (at + 4 > elf.length || buffer.getInt(at) == 3) {
                return false;
            }
        }
        return true;
    }

    private static List<String> applets(Path busybox) throws IOException {
        Process process = new ProcessBuilder(busybox.toString(), "--list").start();
        process.getOutputStream().close();
        List<String> names = new ArrayList<>(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !name.equals("busybox"))
                .toList());
        if (!names.contains("sh") || !names.contains("httpd")) {
            throw new IOException("the busybox at %s has no sh or no httpd".formatted(busybox));
        }
        return names;
    }

    private interface Filling {
        void into(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Filling filling) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            filling.into(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, int mode, byte[] content) throws IOException {
        entry(tar, new TarArchiveEntry(name), mode, content);
    }

    private static void entry(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode, byte[] content)
            throws IOException {
        entry.setMode((entry.getMode() & ~07777) | mode);
        entry.setSize(content.length);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
