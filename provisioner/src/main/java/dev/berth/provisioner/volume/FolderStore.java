package dev.berth.provisioner.volume;

import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folders below one root: {@code volumes/<id>/data}, {@code volumes/<id>/snapshots/<id>} and {@code leases/<id>.<fence>}. Only root gets
 * through {@code volumes}; the root of a volume's data may be written by whoever a container runs as. This one is the plain driver: it
 * holds nothing to a size, and has no snapshots.
 */
class FolderStore implements VolumeStore {
    private static final long GIB = 1L << 30;

    private final Path root;

    /**
     * Makes the folders.
     *
     * @throws VolumeException if they cannot be made
     */
    FolderStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
        io("make the folder of volumes", () -> {
            Files.createDirectories(this.root);
            ownOnly(this.root.resolve("volumes"));
            ownOnly(this.root.resolve("leases"));
        });
    }

    /** Something with files. */
    interface Work {
        void run() throws IOException;
    }

    static void io(String what, Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new VolumeException("host_failed", "the host could not %s: %s".formatted(what, e));
        }
    }

    private static void ownOnly(Path folder) throws IOException {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    final Path root() {
        return root;
    }

    final Path folder(VolumeId volume) {
        return root.resolve("volumes").resolve(volume.toString());
    }

    final Path snapshot(VolumeId volume, SnapshotId snapshot) {
        return folder(volume).resolve("snapshots").resolve(snapshot.toString());
    }

    /** Makes the folder of a volume and opens the root of its data to all users. */
    final void open(Path data) {
        io("open a volume", () -> Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx")));
    }

    @Override
    public String driver() {
        return "plain";
    }

    @Override
    public boolean enforcesSize() {
        return false;
    }

    @Override
    public long roomGib() {
        try {
            return Files.getFileStore(root).getTotalSpace() / GIB;
        } catch (IOException e) {
            throw new VolumeException("host_failed", "the host does not say how much room it has: " + e);
        }
    }

    @Override
    public boolean has(VolumeId volume) {
        return Files.isDirectory(data(volume), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void create(VolumeId volume, int sizeGib, @Nullable VolumeId origin, @Nullable SnapshotId snapshot) {
        if (origin != null) {
            throw unsupported("a copy of a volume");
        }
        io("make a volume", () -> Files.createDirectories(data(volume)));
        open(data(volume));
    }

    @Override
    public void grow(VolumeId volume, int sizeGib) {
        // Nothing holds it to a size.
    }

    @Override
    public void take(VolumeId volume, SnapshotId snapshot) {
        throw unsupported("a snapshot");
    }

    @Override
    public void drop(VolumeId volume, SnapshotId snapshot) {
        // There is none.
    }

    @Override
    public void restore(VolumeId volume, SnapshotId snapshot, int sizeGib) {
        throw unsupported("a restore");
    }

    private static VolumeException unsupported(String what) {
        return new VolumeException(
                "not_supported",
                "this host keeps volumes in plain folders, which cannot make %s; with btrfs below BERTH_VOLUME_DIR it could"
                        .formatted(what));
    }

    @Override
    public void destroy(VolumeId volume) {
        revoke(volume, Long.MAX_VALUE);
        io("remove a volume", () -> delete(folder(volume)));
    }

    @Override
    public void adopt(VolumeId volume, int uid, int gid) {
        io("give a volume to its user", () -> {
            Path data = data(volume);
            Map<String, Object> owner = Files.readAttributes(data, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (Integer.valueOf(0).equals(owner.get("uid")) && isEmpty(data)) {
                Files.setAttribute(data, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(data, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            }
        });
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.findAny().isEmpty();
        }
    }

    @Override
    public Path data(VolumeId volume) {
        return folder(volume).resolve("data");
    }

    @Override
    public Path lease(VolumeId volume, long fence) {
        revoke(volume, fence);
        Path link = root.resolve("leases").resolve("%s.%d".formatted(volume, fence));
        io("lease a volume", () -> {
            try {
                Files.createSymbolicLink(link, data(volume));
            } catch (FileAlreadyExistsException e) {
                // An earlier activation made it.
            }
        });
        return link;
    }

    /** Takes away the names of all fences below one. */
    private void revoke(VolumeId volume, long below) {
        io("end the leases of a volume", () -> {
            try (var links = Files.newDirectoryStream(root.resolve("leases"), volume + ".*")) {
                for (Path link : links) {
                    String name = String.valueOf(link.getFileName());
                    if (Long.parseLong(name.substring(name.lastIndexOf('.') + 1)) < below) {
                        Files.deleteIfExists(link);
                    }
                }
            }
        });
    }

    /** Deletes a folder, following no link that a tenant left in it. */
    static void delete(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.delete(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            // It is gone already.
        }
    }
}
