package dev.berth.provisioner.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * @throws VolumeException if {@code btrfs} is asked for by name, and cannot be had
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
        return switch (volumeDriver) {
            case "btrfs" -> new BtrfsStore(folder);
            case "plain" -> new FolderStore(folder);
            case "auto" -> chosen(folder);
            default ->
                throw new IllegalArgumentException(
                        "BERTH_VOLUME_DRIVER is auto, btrfs or plain, not '%s'".formatted(volumeDriver));
        };
    }

    private static VolumeStore chosen(Path folder) {
        if (isBtrfs(folder)) {
            try {
                return new BtrfsStore(folder);
            } catch (VolumeException e) {
                LOG.warn("{} is on btrfs and cannot be used as such: {}", folder, e.getMessage());
            }
        }
        LOG.warn(
                "Volumes in {} are plain folders: nothing holds them to their size, and there are no snapshots",
                folder);
        return new FolderStore(folder);
    }

    private static boolean isBtrfs(Path folder) {
        try {
            Files.createDirectories(folder);
            return Files.getFileStore(folder).type().equals("btrfs");
        } catch (IOException e) {
            LOG.debug("the folder of volumes is not to be had", e); // the store says so
            return false;
        }
    }
}
