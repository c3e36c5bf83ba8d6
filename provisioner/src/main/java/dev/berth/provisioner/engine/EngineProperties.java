package dev.berth.provisioner.engine;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the engine. {@code berth.docker-host} and {@code berth.installation} are shared by the whole of Berth; the rest
 * are the limits that every tenant's container has besides its size.
 *
 * @param dockerHost {@code unix:///…} or {@code tcp://host:port}
 * @param installation tells this Berth's things on the engine from another's
 * @param pidsLimit processes and threads in a container
 * @param openFilesLimit open files of a process; the engine's own limit bounds it
 * @param logFileMib output is kept on the host in {@code logFiles} files of this size
 * @param oomScore of every tenant's process: the kernel ends them before it ends Berth
 * @param writableRootMib the most that a container may write into its own root, where that is writable
 * @param runtime the OCI runtime by name, empty for the engine's default
 * @param machines where machines run, which are root within their containers: {@code remapped} for where the engine remaps users,
 *     {@code always}, or {@code never}
 * @param pullTimeout the longest that fetching an image may take
 */
@ConfigurationProperties("berth")
public record EngineProperties(
        @DefaultValue("unix:///var/run/docker.sock") String dockerHost,
        @DefaultValue("default") String installation,
        @DefaultValue("512") int pidsLimit,
        @DefaultValue("16384") int openFilesLimit,
        @DefaultValue("2") int logFileMib,
        @DefaultValue("2") int logFiles,
        @DefaultValue("500") int oomScore,
        @DefaultValue("1024") int writableRootMib,
        @DefaultValue("") String runtime,
        @DefaultValue("10m") Duration pullTimeout,
        @DefaultValue("remapped") String machines) {
    public EngineProperties {
        if (!installation.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}")) {
            throw new IllegalArgumentException(
                    "BERTH_INSTALLATION is 1 to 63 letters, digits and _.-, not '%s'".formatted(installation));
        }
        if (!java.util.Set.of("remapped", "always", "never").contains(machines)) {
            throw new IllegalArgumentException(
                    "BERTH_MACHINES is remapped, always or never, not '%s'".formatted(machines));
        }
        if (pidsLimit < 1
                || openFilesLimit < 64
                || logFileMib < 1
                || logFiles < 2
                || oomScore < 0
                || oomScore > 1000
                || writableRootMib < 1) {
            throw new IllegalArgumentException(
                    "berth.pids-limit is from 1, berth.open-files-limit from 64,"
                            + " berth.log-file-mib from 1, berth.log-files from 2, berth.oom-score 0 to 1000, berth.writable-root-mib from 1");
        }
    }
}
