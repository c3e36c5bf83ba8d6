package dev.berth.provisioner.volume;

import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes as btrfs subvolumes. The size is a limit of the subvolume's quota group on what it refers to, so a write beyond it ends in
 * {@code EDQUOT}; snapshots and copies share blocks until one of them changes.
 *
 * <p>It calls {@code btrfs} (btrfs-progs), as root. Each call has a minute.
 *
 * @see <a href="https://btrfs.readthedocs.io/en/latest/btrfs-qgroup.html">btrfs-qgroup(8)</a>
 */
final class BtrfsStore extends FolderStore {
    private static final Logger LOG = LoggerFactory.getLogger(BtrfsStore.class);
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final int MOST_TRIES = 4;
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    /**
     * Turns the quota on.
     *
     * @throws VolumeException if the folder is on no btrfs, or this process may not
     */
    BtrfsStore(Path root) {
        super(root, BTRFS);
        enableQuota();
    }

    /** Tried a few times, since it is refused while another change of the quota is under way. */
    private void enableQuota() {
        for (int tries = 1; ; tries++) {
            try {
                btrfs("quota", "enable", root().toString());
                return;
            } catch (VolumeException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
                LOG.warn("The quota could not be switched on and is tried again: {}", e.detail());
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }

    @Override
    public boolean enforcesSize() {
        return true;
    }

    @Override
    public void create(VolumeId volume, int sizeGib, @Nullable VolumeId origin, @Nullable SnapshotId snapshot) {
        if (has(volume)) {
            limit(data(volume), sizeGib);
        } else {
            mark();
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
        remove(subvolumes.toArray(Path[]::new));
        super.destroy(volume);
    }

    /**
     * Removes subvolumes and their quota groups, which would stay behind. While a subvolume is being cleaned up, which may begin half a
     * minute later, its group is busy; so each removal takes the groups along that earlier ones had to leave.
     */
    private void remove(Path... subvolumes) {
        Set<String> groups = new TreeSet<>();
        for (Path subvolume : subvolumes) {
            if (Files.isDirectory(subvolume, LinkOption.NOFOLLOW_LINKS)) {
                groups.add("0/"
                        + btrfs("inspect-internal", "rootid", subvolume.toString())
                                .strip());
                btrfs("subvolume", "delete", subvolume.toString());
            }
        }
        if (groups.isEmpty()) {
            return;
        }
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
        return Command.run(WITHIN, command);
    }
}
