package dev.berth.launcher.machine;

import dev.berth.launcher.data.LaunchException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder in which the provisioner keeps volumes: on a btrfs, which holds each volume to its size and makes snapshots. Where the disk is
 * something else, one is made in a file that takes room only as it fills, and mounted so that neither set-user-id programs nor devices
 * have effect in it. Once a volume is in it the file is needed: a start without it would take every volume for lost.
 */
public final class VolumeDisk {
    private static final Duration QUICK = Duration.ofSeconds(60);
    private static final long GIB = 1L << 30;
    private static final long USUAL_GIB = 64;

    private final Path folder;
    private final Path file;
    private final Consumer<String> say;

    private VolumeDisk(Path data, Consumer<String> say) {
        this.folder = data.resolve("volumes");
        this.file = data.resolve("volumes.img");
        this.say = say;
    }

    /**
     * Makes it ready.
     *
     * @param data the data directory
     * @param wishedGib the most that all volumes may take, where a file is made; empty for 64 GiB or half of what is free
     * @return the folder; empty where this user may not keep volumes
     * @throws LaunchException if volumes are there and cannot be reached
     */
    public static Optional<Path> ensure(Path data, OptionalLong wishedGib, Consumer<String> say) {
        if (!Packages.root()) {
            say.accept("no volumes: they are made, and given to their containers' users, by root only");
            return Optional.empty();
        }
        VolumeDisk disk = new VolumeDisk(data, say);
        try {
            disk.prepare(wishedGib);
        } catch (IOException e) {
            throw new LaunchException(
                    "The folder of volumes %s cannot be made: %s".formatted(disk.folder, e),
                    "Free some disk, or name another folder in BERTH_VOLUME_DIR.",
                    e);
        }
        return Optional.of(disk.folder);
    }

    /** Takes the file's mount away, once no container uses it; for who removes the data directory. */
    public static void release(Path data) {
        Path folder = data.resolve("volumes");
        if (isMounted(folder)) {
            Command.run(QUICK, "umount", folder.toString());
        }
    }

    private void prepare(OptionalLong wishedGib) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (Files.exists(file)) {
            if (!isMounted(folder)) {
                Command.Result mounted = mount();
                if (!mounted.ok()) {
                    throw new LaunchException(
                            "The volumes in %s cannot be mounted: %s"
                                    .formatted(file, mounted.output().strip()),
                            "Mount it by hand (mount -o loop,nosuid,nodev %s %s) and start again."
                                    .formatted(file, folder));
                }
            }
            say.accept("btrfs in %s".formatted(file));
        } else if (isBtrfs()) {
            say.accept("btrfs at %s".formatted(folder));
        } else if (isUsed()) {
            say.accept("plain folders at %s: nothing holds volumes to their size".formatted(folder));
        } else {
            make(wishedGib);
        }
    }

    private void make(OptionalLong wishedGib) throws IOException {
        Optional<String> reason = tools();
        if (reason.isEmpty()) {
            reason = format(wishedGib);
        }
        if (reason.isPresent()) {
            say.accept("plain folders at %s: nothing holds volumes to their size, and there are no snapshots (%s)"
                    .formatted(folder, reason.get()));
        }
    }

    private Optional<String> tools() {
        if (Command.find("mkfs.btrfs").isPresent()) {
            return Optional.empty();
        }
        try {
            new Packages(say).ensure(List.of("btrfs-progs"));
            return Command.find("mkfs.btrfs").isPresent()
                    ? Optional.empty()
                    : Optional.of("btrfs-progs is not installed");
        } catch (LaunchException e) {
            return Optional.of("btrfs-progs is not installed");
        }
    }

    /** Makes and mounts the file; answers why that cannot be, and then nothing is left of it. */
    private Optional<String> format(OptionalLong wishedGib) throws IOException {
        long free = Machine.freeDiskMib(folder) / 1024 / 2;
        long size = Math.min(wishedGib.orElse(USUAL_GIB), free);
        if (size < 1) {
            return Optional.of("less than 2 GiB of disk are free");
        }
        Path draft = file.resolveSibling("volumes.img.new");
        Files.deleteIfExists(draft);
        try (RandomAccessFile sparse = new RandomAccessFile(draft.toFile(), "rw")) {
            sparse.setLength(size * GIB);
        }
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
        Command.Result made = Command.run(QUICK, "mkfs.btrfs", "-q", "-L", "berth-volumes", draft.toString());
        if (!made.ok()) {
            Files.delete(draft);
            return Optional.of(Packages.lastLines(made.output(), 1));
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        Command.Result mounted = mount();
        if (!mounted.ok()) {
            Files.delete(file);
            return Optional.of(Packages.lastLines(mounted.output(), 1));
        }
        say.accept("btrfs in %s, at most %d GiB, which take room as they fill".formatted(file, size));
        return Optional.empty();
    }

    private Command.Result mount() {
        return Command.run(
                QUICK, "mount", "-t", "btrfs", "-o", "loop,nosuid,nodev,noatime", file.toString(), folder.toString());
    }

    private boolean isBtrfs() throws IOException {
        return Files.getFileStore(folder).type().equals("btrfs");
    }

    private boolean isUsed() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.findAny().isPresent();
        }
    }

    private static boolean isMounted(Path folder) {
        return Command.run(QUICK, "mountpoint", "-q", folder.toString()).ok();
    }
}
