package dev.berth.provisioner.volume;

import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Volumes as btrfs subvolumes. The size is a limit of the subvolume's quota group on what it refers to, so a write beyond it ends in
 * {@code EDQUOT}; snapshots and copies share blocks until one of them changes.
 *
 * <p>It calls {@code btrfs} (btrfs-progs), as root. Each call has a minute.
 *
 * @see <a href="https://btrfs.readthedocs.io/en/latest/btrfs-qgroup.html">btrfs-qgroup(8)</a>
 */
final class BtrfsStore extends FolderStore {
    private static final long SECONDS = 60;
    private static final int MOST_CHARS = 300;

    /**
     * Turns the quota on.
     *
     * @throws VolumeException if the folder is on no btrfs, or this process may not
     */
    BtrfsStore(Path root) {
        super(root);
        btrfs("quota", "enable", root().toString());
    }

    @Override
    public String driver() {
        return "btrfs";
    }

    @Override
    public boolean enforcesSize() {
        return true;
    }

    @Override
    public void create(VolumeId volume, int sizeGib, @Nullable VolumeId origin, @Nullable SnapshotId snapshot) {
        if (!has(volume)) {
            Path fresh = fresh(volume);
            if (origin == null) {
                btrfs("subvolume", "create", fresh.toString());
                open(fresh);
            } else {
                Path from = snapshot == null ? data(origin) : snapshot(origin, snapshot);
                if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
                    throw new VolumeException(
                            "origin_gone",
                            "%s, with whose data it was to begin, is not there".formatted(from.getFileName()));
                }
                btrfs("subvolume", "snapshot", from.toString(), fresh.toString());
            }
            limit(fresh, sizeGib);
            io("make a volume", () -> Files.move(fresh, data(volume), StandardCopyOption.ATOMIC_MOVE));
        }
        limit(data(volume), sizeGib);
    }

    /** A place beside the data where nothing is, so that what was half made is never taken for whole. */
    private Path fresh(VolumeId volume) {
        io("make a volume", () -> Files.createDirectories(folder(volume).resolve("snapshots")));
        Path fresh = folder(volume).resolve("fresh");
        remove(fresh);
        return fresh;
    }

    private void limit(Path data, int sizeGib) {
        btrfs("qgroup", "limit", sizeGib + "G", data.toString());
    }

    @Override
    public void grow(VolumeId volume, int sizeGib) {
        limit(data(volume), sizeGib);
    }

    @Override
    public void take(VolumeId volume, SnapshotId snapshot) {
        Path to = snapshot(volume, snapshot);
        if (!Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
            btrfs("subvolume", "snapshot", "-r", data(volume).toString(), to.toString());
        }
    }

    @Override
    public void drop(VolumeId volume, SnapshotId snapshot) {
        remove(snapshot(volume, snapshot));
    }

    @Override
    public void restore(VolumeId volume, SnapshotId snapshot, int sizeGib) {
        Path from = snapshot(volume, snapshot);
        if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
            throw new VolumeException("snapshot_gone", "the snapshot %s is not there".formatted(snapshot));
        }
        Path fresh = fresh(volume);
        btrfs("subvolume", "snapshot", from.toString(), fresh.toString());
        limit(fresh, sizeGib);
        Path old = folder(volume).resolve("old");
        remove(old);
        io("put a volume back", () -> {
            if (Files.isDirectory(data(volume), LinkOption.NOFOLLOW_LINKS)) {
                Files.move(data(volume), old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(fresh, data(volume), StandardCopyOption.ATOMIC_MOVE);
        });
        remove(old);
    }

    /** Between the two moves of a restore that was broken off the data lies beside its place. */
    @Override
    public boolean has(VolumeId volume) {
        return super.has(volume) || Files.isDirectory(folder(volume).resolve("old"), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void destroy(VolumeId volume) {
        List<Path> subvolumes = new ArrayList<>(
                List.of(folder(volume).resolve("fresh"), folder(volume).resolve("old"), data(volume)));
        Path snapshots = folder(volume).resolve("snapshots");
        if (Files.isDirectory(snapshots, LinkOption.NOFOLLOW_LINKS)) {
            io("remove a volume", () -> {
                try (Stream<Path> all = Files.list(snapshots)) {
                    all.forEach(subvolumes::add);
                }
            });
        }
        subvolumes.forEach(this::remove);
        super.destroy(volume);
    }

    /**
     * Removes a subvolume and its quota group, which would stay behind. While the subvolume is being cleaned up, which may begin half a
     * minute later, its group is busy; so each removal takes the groups along that earlier ones had to leave.
     */
    private void remove(Path subvolume) {
        if (!Files.isDirectory(subvolume, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Set<String> groups = new TreeSet<>();
        groups.add(
                "0/" + btrfs("inspect-internal", "rootid", subvolume.toString()).strip());
        btrfs("subvolume", "delete", subvolume.toString());
        btrfs("qgroup", "show", root().toString())
                .lines()
                .filter(line -> line.endsWith("<stale>"))
                .forEach(line -> groups.add(line.substring(0, line.indexOf(' '))));
        for (String group : groups) {
            try {
                btrfs("qgroup", "destroy", group, root().toString());
            } catch (VolumeException e) {
                // It is busy still, or the kernel has taken it away itself; an empty group that stays limits nothing.
            }
        }
    }

    private static String btrfs(String... arguments) {
        List<String> command = new ArrayList<>(List.of("btrfs"));
        command.addAll(List.of(arguments));
        String said = "";
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
            try (var output = process.getInputStream()) {
                said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new VolumeException("host_failed", "the host did not answer within %d s".formatted(SECONDS));
            }
            if (process.exitValue() == 0) {
                return said;
            }
        } catch (IOException e) {
            throw new VolumeException("host_failed", "btrfs cannot be called: %s; install btrfs-progs".formatted(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VolumeException("host_failed", "interrupted");
        }
        String brief = said.replaceAll("\\p{Cntrl}+", " ").strip();
        throw new VolumeException(
                "host_failed",
                "btrfs %s %s failed: %s"
                        .formatted(
                                arguments[0],
                                arguments[1],
                                brief.length() > MOST_CHARS ? brief.substring(0, MOST_CHARS) + "…" : brief));
    }
}
