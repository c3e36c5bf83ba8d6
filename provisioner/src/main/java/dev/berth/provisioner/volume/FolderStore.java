package dev.berth.provisioner.volume;

import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folders below one root: {@code volumes/<id>/data}, {@code volumes/<id>/snapshots/<id>} and {@code leases/<id>.<fence>}. Only root gets
 * through {@code volumes}; the root of a volume's data may be written by whoever a container runs as. This one is the plain driver: it
 * holds nothing to a size, and has no snapshots.
 */
class FolderStore implements VolumeStore {
    private static final long GIB = 1L << 30;
    private static final Duration DELETE = Duration.ofMinutes(10);

    static final String PLAIN = "plain";
    static final String BTRFS = "btrfs";

    /**
     * Made with the first volume, with the name of the driver in it: a folder without it is not the one that volumes are in, and one driver
     * does not touch what another one made.
     */
    private static final String MARK = ".berth-volumes";

    /** The number of the root of each subvolume of a btrfs, which no other folder of it has. */
    private static final long SUBVOLUME = 256;

    private final Path root;
    private final String driver;

    /**
     * Makes the folders.
     *
     * @throws VolumeException if they cannot be made, or another driver keeps volumes in them
     */
    FolderStore(Path root) {
        this(root, PLAIN);
    }

    FolderStore(Path root, String driver) {
        this.root = root.toAbsolutePath().normalize();
        this.driver = driver;
        String before = keptBy(this.root);
        if (before != null && !before.equals(driver)) {
            throw mixed(before);
        }
        io("make the folder of volumes", () -> {
            Files.createDirectories(this.root);
            ownOnly(this.root.resolve("volumes"));
            ownOnly(this.root.resolve("leases"));
            if (before != null) {
                Files.writeString(
                        this.root.resolve("volumes").resolve(MARK),
                        driver); // also one of before there was a name in it
            }
        });
    }

    private VolumeException mixed(String before) {
        return new VolumeException(
                "volumes_unavailable",
                "the volumes of this host are kept in another way than it is set to now",
                "%s has volumes of the driver %s and is to be used by the driver %s, which are not mixed: set BERTH_VOLUME_DRIVER to %s, or name another folder in BERTH_VOLUME_DIR"
                        .formatted(root, before, driver, before));
    }

    /**
     * Which driver keeps volumes in a folder; null where there never were any. A folder of before the mark had a name in it tells by how its
     * volumes are.
     */
    static @Nullable String keptBy(Path root) {
        Path volumes = root.toAbsolutePath().normalize().resolve("volumes");
        String[] found = new String[1];
        io("look at the folder of volumes", () -> {
            String marked = marked(volumes);
            if (marked != null && !marked.isEmpty()) {
                found[0] = marked;
            } else if (Files.isDirectory(volumes, LinkOption.NOFOLLOW_LINKS) && !isEmpty(volumes)) {
                found[0] = isSubvolume(volumes) ? BTRFS : PLAIN;
            }
        });
        return found[0];
    }

    private static @Nullable String marked(Path volumes) throws IOException {
        try {
            return Files.readString(volumes.resolve(MARK)).strip();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether the first volume that is found is a subvolume. */
    private static boolean isSubvolume(Path volumes) throws IOException {
        if (!Files.getFileStore(volumes).type().equals(BTRFS)) {
            return false;
        }
        try (Stream<Path> all = Files.list(volumes)) {
            Optional<Path> data = all.map(volume -> volume.resolve("data"))
                    .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .findFirst();
            return data.isEmpty()
                    || Long.valueOf(SUBVOLUME)
                            .equals(Files.getAttribute(data.get(), "unix:ino", LinkOption.NOFOLLOW_LINKS));
        }
    }

    /** Something with files. */
    interface Work {
        void run() throws IOException;
    }

    static void io(String what, Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw VolumeException.ofHost("the host could not %s: %s".formatted(what, e));
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
    public final String driver() {
        return driver;
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
            throw VolumeException.ofHost("the host does not say how much room it has: " + e);
        }
    }

    @Override
    public boolean holds() {
        try {
            return driver.equals(marked(root.resolve("volumes")));
        } catch (IOException e) {
            return false; // as good as away
        }
    }

    /**
     * Marks the folder as the one that volumes are in.
     *
     * @throws VolumeException if they are another driver's, as where its disk was mounted since
     */
    final void mark() {
        io("mark the folder of volumes", () -> {
            Path volumes = root.resolve("volumes");
            String marked = marked(volumes);
            if (marked == null) {
                Files.writeString(volumes.resolve(MARK), driver);
            } else if (!marked.equals(driver)) {
                throw mixed(marked);
            }
        });
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
        mark();
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
        delete(folder(volume));
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
        if (fences(volume).stream().anyMatch(given -> given > fence)) {
            throw new VolumeException("lease_lost", "a later container was given the volume");
        }
        Path link = link(volume, fence);
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
        for (long fence : fences(volume)) {
            if (fence < below) {
                io("end the leases of a volume", () -> Files.deleteIfExists(link(volume, fence)));
            }
        }
    }

    private List<Long> fences(VolumeId volume) {
        List<Long> fences = new ArrayList<>();
        io("read the leases of a volume", () -> {
            try (var links = Files.newDirectoryStream(root.resolve("leases"), volume + ".*")) {
                for (Path link : links) {
                    String name = String.valueOf(link.getFileName());
                    fences.add(Long.parseLong(name.substring(name.lastIndexOf('.') + 1)));
                }
            }
        });
        return fences;
    }

    private Path link(VolumeId volume, long fence) {
        return root.resolve("leases").resolve("%s.%d".formatted(volume, fence));
    }

    /** Deletes a folder, following no link that a tenant left in it, however deep it is. */
    static void delete(Path folder) {
        Command.run(DELETE, List.of("rm", "-rf", "--one-file-system", "--", folder.toString()));
    }
}
