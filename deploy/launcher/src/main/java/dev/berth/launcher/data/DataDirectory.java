package dev.berth.launcher.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Where one installation keeps everything: {@code postgresql}, {@code kafka}, {@code secrets}, {@code logs}, {@code app} (the
 * programs that run), {@code run} (lock, state) and {@code operator.key}. Only its owner may enter. Safe for use by several
 * threads.
 */
public final class DataDirectory {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");

    private final Path root;

    private DataDirectory(Path root) {
        this.root = root;
    }

    /** The directory at that path, which need not exist: nothing is written. */
    public static DataDirectory at(Path root) {
        return new DataDirectory(root.toAbsolutePath().normalize());
    }

    /**
     * Makes the directory and its folders where they are missing.
     *
     * @throws LaunchException when it cannot be written
     */
    public DataDirectory create() {
        try {
            for (Path folder : new Path[] {root, run(), secrets(), logs(), postgres(), kafka(), app()}) {
                if (!Files.isDirectory(folder)) {
                    Files.createDirectories(folder);
                    Files.setPosixFilePermissions(folder, OWNER_ONLY);
                }
            }
            Path probe = run().resolve("writable");
            Files.writeString(probe, "");
            Files.delete(probe);
            return this;
        } catch (IOException e) {
            throw new LaunchException(
                    "The data directory %s cannot be written: %s".formatted(root, e),
                    "Choose another with --data DIR, or give yourself the right to write there.",
                    e);
        }
    }

    /** Whether an installation was ever started here. */
    public boolean exists() {
        return Files.isDirectory(run());
    }

    /** The directory itself. */
    public Path root() {
        return root;
    }

    /** Lock and state of the launcher, and files made anew at each start. */
    public Path run() {
        return root.resolve("run");
    }

    /** One file for each secret. */
    public Path secrets() {
        return root.resolve("secrets");
    }

    /** The output of each part. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** PostgreSQL's programs and data. */
    public Path postgres() {
        return root.resolve("postgresql");
    }

    /** The broker's log directory. */
    public Path kafka() {
        return root.resolve("kafka");
    }

    /** The programs that run, one folder a build. */
    public Path app() {
        return root.resolve("app");
    }

    /** Where the operator's key is kept. */
    public Path operatorKeyFile() {
        return root.resolve("operator.key");
    }

    /** A secret of 256 random bits, made when first asked for and the same ever after. */
    public String secret(String name) {
        return kept(secrets().resolve(name), () -> random(32));
    }

    /** The operator's key, {@code berth_op_…}; made when first asked for. */
    public String operatorKey() {
        return kept(operatorKeyFile(), () -> "berth_op_" + random(32));
    }

    /** The name of this Berth in the labels of everything it makes on a Docker Engine that others may use too. */
    public String installation() {
        return kept(root.resolve("installation"), () -> "b" + hex(5));
    }

    private static String random(int bytes) {
        byte[] raw = new byte[bytes];
        RANDOM.nextBytes(raw);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(raw)
                .replace('-', 'x')
                .replace('_', 'y');
    }

    private static String hex(int bytes) {
        byte[] raw = new byte[bytes];
        RANDOM.nextBytes(raw);
        return java.util.HexFormat.of().formatHex(raw).toLowerCase(Locale.ROOT);
    }

    private static synchronized String kept(Path file, java.util.function.Supplier<String> maker) {
        try {
            if (!Files.exists(file)) {
                write(file, maker.get() + "\n");
            }
            String value = Files.readString(file).strip();
            if (value.isEmpty()) {
                throw new LaunchException(
                        "The file %s is empty.".formatted(file),
                        "Restore it from your backup: it holds a secret that the data depends on.");
            }
            return value;
        } catch (IOException e) {
            throw new LaunchException(
                    "The file %s cannot be read or made: %s".formatted(file, e),
                    "Check who owns it; Berth runs as one user.",
                    e);
        }
    }

    /** Writes a file that its owner alone may read: on disk and whole, or not at all. */
    public static void write(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(
                draft,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_FILE))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
