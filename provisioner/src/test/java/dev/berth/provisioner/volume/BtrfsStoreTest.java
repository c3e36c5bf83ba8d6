package dev.berth.provisioner.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The driver on a real btrfs, which this test makes in a file and mounts, as root. */
@Tag("docker")
class BtrfsStoreTest {
    private static final int MIB = 1 << 20;
    private static Path disk;
    private static Path root;

    private final BtrfsStore store = new BtrfsStore(root);
    private final VolumeId volume = VolumeId.next();

    @BeforeAll
    static void mount() throws Exception {
        disk = Files.createTempFile("berth-btrfs", ".img");
        root = Files.createTempDirectory("berth-btrfs");
        try (RandomAccessFile sparse = new RandomAccessFile(disk.toFile(), "rw")) {
            sparse.setLength(8L << 30);
        }
        run("mkfs.btrfs", "-q", disk.toString());
        run("mount", "-o", "loop,nosuid,nodev", disk.toString(), root.toString());
    }

    @AfterAll
    static void unmount() throws Exception {
        run("umount", root.toString());
        Files.delete(root);
        Files.delete(disk);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", command) + "\n" + said)
                .isZero();
        return said;
    }

    private Path file(String name) {
        return store.data(volume).resolve(name);
    }

    /** Writes zeros that are on disk when it returns; answers how many MiB went in. */
    private int fill(String name, int mib) throws IOException {
        byte[] chunk = new byte[MIB];
        new java.util.Random(1).nextBytes(chunk);
        int written = 0;
        try (var out = new java.io.FileOutputStream(file(name).toFile())) {
            for (; written < mib; written++) {
                out.write(chunk);
                if (written % 16 == 15) {
                    out.getFD().sync();
                }
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("quota");
        }
        return written;
    }

    @Test
    void theFileSystemHoldsAVolumeToItsSizeAndLetsItGrow() throws Exception {
        store.create(volume, 1, null, null);
        assertThat(store.has(volume)).isTrue();
        assertThat(fill("full", 1200)).as("MiB of 1 GiB").isBetween(900, 1024);
        store.grow(volume, 2);
        assertThat(fill("more", 300)).isEqualTo(300);
        store.destroy(volume);
        assertThat(store.has(volume)).isFalse();
        assertThat(Files.exists(store.folder(volume))).isFalse();
    }

    @Test
    void aSnapshotKeepsTheDataAndGivesItBackAndMakesACopyWithASizeOfItsOwn() throws Exception {
        SnapshotId snapshot = SnapshotId.next();
        store.create(volume, 1, null, null);
        Files.writeString(file("a"), "before");
        store.take(volume, snapshot);
        store.take(volume, snapshot);
        Files.writeString(file("a"), "after");
        Files.writeString(file("b"), "new");

        VolumeId copy = VolumeId.next();
        store.create(copy, 2, volume, snapshot);
        assertThat(Files.readString(store.data(copy).resolve("a"))).isEqualTo("before");
        Files.writeString(store.data(copy).resolve("a"), "mine");

        store.restore(volume, snapshot, 1);
        assertThat(Files.readString(file("a"))).isEqualTo("before");
        assertThat(Files.exists(file("b"))).isFalse();
        Files.writeString(file("a"), "again");
        store.restore(volume, snapshot, 1);
        assertThat(Files.readString(file("a"))).isEqualTo("before");
        assertThat(fill("full", 1200))
                .as("what was put back is held to its size, too")
                .isLessThan(1024);

        store.drop(volume, snapshot);
        store.drop(volume, snapshot);
        assertThatThrownBy(() -> store.restore(volume, snapshot, 1))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo("snapshot_gone"));
        store.destroy(volume);
        assertThat(Files.readString(store.data(copy).resolve("a"))).isEqualTo("mine");
        store.destroy(copy);
        store.destroy(copy);
    }

    @Test
    void whatWasHalfDoneIsDoneWhole() throws Exception {
        SnapshotId snapshot = SnapshotId.next();
        store.create(volume, 1, null, null);
        Files.writeString(file("a"), "kept");
        store.take(volume, snapshot);
        // As a restore leaves it that ends between its two moves.
        Files.move(store.data(volume), store.folder(volume).resolve("old"));
        assertThat(store.has(volume)).as("it is not lost").isTrue();
        store.restore(volume, snapshot, 1);
        assertThat(Files.readString(file("a"))).isEqualTo("kept");
        store.destroy(volume);
        // As a create leaves it that ends before it is limited.
        run("btrfs", "subvolume", "create", root.resolve("volumes").resolve("x").toString());
        Files.createDirectories(store.folder(volume));
        Files.move(root.resolve("volumes").resolve("x"), store.folder(volume).resolve("fresh"));
        store.create(volume, 1, null, null);
        assertThat(fill("full", 1200)).isLessThan(1024);
        store.destroy(volume);
    }

    @Test
    void onlyTheLastLeaseLeadsToTheData() throws Exception {
        store.create(volume, 1, null, null);
        Path first = store.lease(volume, 1);
        assertThat(store.lease(volume, 1)).isEqualTo(first);
        assertThat(Files.isDirectory(first)).isTrue();
        Path second = store.lease(volume, 2);
        assertThat(Files.exists(first)).isFalse();
        assertThat(Files.isDirectory(second)).isTrue();
        store.destroy(volume);
        assertThat(Files.exists(second)).isFalse();
    }

    @Test
    void anEmptyVolumeIsItsFirstUsersAndRootsOtherwiseAndNobodyElseComesThrough() throws Exception {
        store.create(volume, 1, null, null);
        assertThat(Files.getPosixFilePermissions(store.data(volume)))
                .isEqualTo(PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(Files.getPosixFilePermissions(root.resolve("volumes")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        store.adopt(volume, 999, 998);
        assertThat(Files.getAttribute(store.data(volume), "unix:uid")).isEqualTo(999);
        store.adopt(volume, 5, 5);
        assertThat(Files.getAttribute(store.data(volume), "unix:uid")).isEqualTo(999);
        store.destroy(volume);
    }

    /** The kernel frees the groups of removed volumes when its cleaner has been round, for which this waits; the next removal sweeps. */
    @Test
    void groupsOfQuotaDoNotPileUp() throws Exception {
        long before = groups();
        for (int i = 0; i < 5; i++) {
            passing();
        }
        run("btrfs", "filesystem", "sync", root.toString());
        run("btrfs", "subvolume", "sync", root.toString());
        passing();
        assertThat(groups()).as(run("btrfs", "qgroup", "show", root.toString())).isLessThanOrEqualTo(before + 1);
    }

    private void passing() {
        VolumeId one = VolumeId.next();
        store.create(one, 1, null, null);
        store.destroy(one);
    }

    private static long groups() throws Exception {
        return run("btrfs", "qgroup", "show", root.toString())
                .lines()
                .filter(line -> line.startsWith("0/"))
                .count();
    }

    @Test
    void aFolderWithVolumesHoldsThemAndAnEmptyOneNone() throws Exception {
        Path folder = Files.createTempDirectory("berth-plain");
        FolderStore plain = new FolderStore(folder);
        assertThat(plain.holds()).isFalse();
        plain.create(volume, 1, null, null);
        assertThat(plain.holds()).isTrue();
        plain.destroy(volume);
        assertThat(plain.holds()).as("though none is left").isTrue();
        FolderStore.delete(folder);

        Files.createDirectories(folder.resolve("volumes").resolve(volume.toString()));
        assertThat(new FolderStore(folder).holds())
                .as("a folder of before there was a mark")
                .isTrue();
        FolderStore.delete(folder);
    }

    private static VolumeStore quotaFails(Path folder) {
        throw VolumeException.ofHost("btrfs quota enable failed: " + folder);
    }

    /** A folder on the btrfs that no other test uses. */
    private static Path folderOnBtrfs() throws IOException {
        return Files.createTempDirectory(root, "folder");
    }

    @Test
    void neverGivesUpTheSizesOfVolumesThatAreHeldToThem() throws Exception {
        Path folder = folderOnBtrfs();
        VolumeStore first = VolumeProperties.chosen(folder, BtrfsStore::new);
        assertThat(first.enforcesSize()).isTrue();
        first.create(volume, 1, null, null);
        assertThatThrownBy(() -> VolumeProperties.chosen(folder, BtrfsStoreTest::quotaFails))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.detail()).contains("quota enable failed"));
        assertThatThrownBy(() -> new VolumeProperties(folder.toString(), "plain").store())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("set BERTH_VOLUME_DRIVER to btrfs");

        Path mark = folder.resolve("volumes").resolve(".berth-volumes");
        Files.writeString(mark, "");
        assertThat(FolderStore.keptBy(folder))
                .as("a mark of before it had a name")
                .isEqualTo("btrfs");
        VolumeStore again = VolumeProperties.chosen(folder, BtrfsStore::new);
        assertThat(again.holds()).isTrue();
        assertThat(Files.readString(mark)).isEqualTo("btrfs");
        again.destroy(volume);
    }

    @Test
    void whereTheQuotaCannotBeHadNewVolumesArePlainAndStaySo() throws Exception {
        Path folder = folderOnBtrfs();
        VolumeStore plain = VolumeProperties.chosen(folder, BtrfsStoreTest::quotaFails);
        assertThat(plain.driver()).isEqualTo("plain");
        plain.create(volume, 1, null, null);
        VolumeStore later = VolumeProperties.chosen(folder, BtrfsStore::new);
        assertThat(later.driver()).as("two drivers in one folder").isEqualTo("plain");
        assertThat(later.has(volume)).isTrue();
        assertThatThrownBy(() -> new VolumeProperties(folder.toString(), "btrfs").store())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("set BERTH_VOLUME_DRIVER to plain");
        later.destroy(volume);
    }

    @Test
    void aDiskThatIsMountedLateIsNotWrittenToByTheWrongDriver() throws Exception {
        Path folder = folderOnBtrfs();
        FolderStore plain = new FolderStore(folder);
        assertThat(plain.holds()).isFalse();
        Files.writeString(folder.resolve("volumes").resolve(".berth-volumes"), "btrfs");
        assertThat(plain.holds()).isFalse();
        assertThatThrownBy(() -> plain.create(volume, 1, null, null))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo("volumes_unavailable"));
        assertThat(plain.has(volume)).isFalse();
    }

    @Test
    void aPlainFolderSaysWhatItCannot() throws Exception {
        Path folder = Files.createTempDirectory("berth-plain");
        FolderStore plain = new FolderStore(folder);
        plain.create(volume, 1, null, null);
        assertThat(plain.enforcesSize()).isFalse();
        assertThatThrownBy(() -> plain.take(volume, SnapshotId.next()))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo("not_supported"));
        Path outside = Files.createTempFile("berth-outside", "");
        Files.createSymbolicLink(plain.data(volume).resolve("link"), outside);
        try (OutputStream out = Files.newOutputStream(plain.data(volume).resolve("file"))) {
            out.write(1);
        }
        plain.destroy(volume);
        assertThat(plain.has(volume)).isFalse();
        assertThat(Files.exists(outside)).as("a tenant's link is not followed").isTrue();
        Files.delete(outside);
        FolderStore.delete(folder);
    }
}
