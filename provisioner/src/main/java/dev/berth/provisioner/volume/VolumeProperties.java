package dev.berth.provisioner.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of volumes.
 *
 * @param volumeDir the folder that they are kept in, by the name that the engine knows it under; empty for no volumes
 * @param volumeDriver {@code btrfs}, {@code plain}, or {@code auto}: btrfs where the folder is on one, else plain
 */
@ConfigurationProperties("berth")
public record VolumeProperties(
        @DefaultValue("") String volumeDir,
        @DefaultValue("auto") String volumeDriver) {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeProperties.class);

    /**
     * The store that is asked for.
     *
     * @throws IllegalArgumentException if there is no such driver, or the folder is not absolute
     * @throws IllegalStateException if the driver cannot be had, and volumes of it are there or it is asked for by name; or if the folder has
     *     volumes of another driver
     */
    VolumeStore store() {
        if (volumeDir.isEmpty()) {
            return VolumeStore.none();
        }
        Path folder = Path.of(volumeDir);
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException(
                    "BERTH_VOLUME_DIR is an absolute path, since the engine must find it too, not '%s'"
                            .formatted(volumeDir));
        }
        try {
            return switch (volumeDriver) {
                case FolderStore.BTRFS -> new BtrfsStore(folder);
                case FolderStore.PLAIN -> new FolderStore(folder);
                case "auto" -> chosen(folder, BtrfsStore::new);
                default ->
                    throw new IllegalArgumentException(
                            "BERTH_VOLUME_DRIVER is auto, btrfs or plain, not '%s'".formatted(volumeDriver));
            };
        } catch (VolumeException e) {
            throw new IllegalStateException(e.detail(), e);
        }
    }

    /**
     * What {@code auto} means for a folder: the driver whose volumes are there; where there are none, btrfs if it can be had.
     *
     * @param btrfs makes that one
     * @throws VolumeException if volumes are there that are held to their size, and could not be from now on
     */
    static VolumeStore chosen(Path folder, Function<Path, VolumeStore> btrfs) {
        String before = FolderStore.keptBy(folder);
        if (FolderStore.BTRFS.equals(before)) {
            return btrfs.apply(folder);
        }
        if (before == null && isBtrfs(folder)) {
            try {
                return btrfs.apply(folder);
            } catch (VolumeException e) {
                LOG.error("{} is on btrfs and cannot be used as such: {}", folder, e.detail());
            }
        }
        LOG.warn(
                "Volumes in {} are plain folders: nothing holds them to their size, and there are no snapshots{}",
                folder,
                before == null ? "" : ". They were made so before, and stay so also where btrfs could be had");
        return new FolderStore(folder);
    }

    private static boolean isBtrfs(Path folder) {
        try {
            Files.createDirectories(folder);
            return Files.getFileStore(folder).type().equals(FolderStore.BTRFS);
        } catch (IOException e) {
            LOG.debug("the folder of volumes is not to be had", e); // the store says so
            return false;
        }
    }
}
