package dev.berth.provisioner.content;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.wire.SecretBox;
import dev.berth.schema.workload.FileWish;
import dev.berth.schema.workload.RegistryLogin;
import dev.berth.schema.workload.SecretUse;
import dev.berth.schema.workload.WorkloadDesired;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens secrets and lays out the files of containers, in a folder each: {@code <file-dir>/<container>/<number>}. Only root gets to the
 * folders, also to the one that they are in, or nothing is laid out; a file can be read by whoever its container runs as, and changed by nobody. Thread-safe for different containers.
 */
public final class ContentStore {
    private static final Logger LOG = LoggerFactory.getLogger(ContentStore.class);
    private static final Set<PosixFilePermission> TO_READ = PosixFilePermissions.fromString("r--r--r--");
    private static final Set<PosixFilePermission> TO_RUN = PosixFilePermissions.fromString("r-xr-xr-x");

    private final @Nullable SecretBox box;
    private final @Nullable Path root;

    /** With what the operator set; either may be missing, and then what needs it is refused with what to do. */
    public ContentStore(ContentProperties properties) {
        this.box = properties.secretKey().isBlank() ? null : new SecretBox(properties.secretKey());
        this.root = properties.fileDir().isBlank() ? null : Path.of(properties.fileDir());
        if (root != null) {
            try {
                OwnFolder.secure(root);
            } catch (IOException e) {
                LOG.atError().log("No container is given files: {}", e.getMessage());
            }
        }
    }

    /** A file of the host that a container is to have at a path. */
    public record Laid(Path source, String target) {}

    /**
     * The variables that secrets add to the environment of a container.
     *
     * @throws ContentException if one cannot be opened
     */
    public Map<String, String> variables(WorkloadDesired wish) {
        Map<String, String> variables = new TreeMap<>();
        for (SecretUse secret : secretsOf(wish)) {
            if (secret.env() != null) {
                variables.put(secret.env(), open(wish.account(), secret));
            }
        }
        return variables;
    }

    /**
     * Lays out the files of a container; once more changes nothing.
     *
     * @throws ContentException if that cannot be
     */
    public List<Laid> lay(ContainerId container, WorkloadDesired wish) {
        List<SecretUse> secrets =
                secretsOf(wish).stream().filter(secret -> secret.path() != null).toList();
        List<FileWish> files = Objects.requireNonNullElse(wish.files(), List.of());
        if (secrets.isEmpty() && files.isEmpty()) {
            return List.of();
        }
        Path folder = folder(container);
        List<Laid> laid = new ArrayList<>();
        try {
            OwnFolder.secure(Objects.requireNonNull(root));
            OwnFolder.secure(folder);
            for (SecretUse secret : secrets) {
                Path file = folder.resolve(Integer.toString(laid.size()));
                write(file, open(wish.account(), secret), TO_READ);
                laid.add(new Laid(file, Objects.requireNonNull(secret.path())));
            }
            for (FileWish wished : files) {
                Path file = folder.resolve(Integer.toString(laid.size()));
                write(file, wished.content(), wished.executable() ? TO_RUN : TO_READ);
                laid.add(new Laid(file, wished.path()));
            }
        } catch (IOException e) {
            LOG.atError().addKeyValue("container", container).log("Its files could not be laid out: {}", e.toString());
            throw new ContentException("the host could not lay out its files; why is in the log of its operator");
        }
        return laid;
    }

    private static void write(Path file, String content, Set<PosixFilePermission> mode) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, mode);
    }

    private static List<SecretUse> secretsOf(WorkloadDesired wish) {
        return Objects.requireNonNullElse(wish.secrets(), List.of());
    }

    /**
     * The password of an account at a registry.
     *
     * @throws ContentException if it cannot be opened
     */
    public String password(AccountId account, RegistryLogin login) {
        return open(account, "registry/" + login.registry(), login.version(), login.sealed());
    }

    private String open(AccountId account, SecretUse secret) {
        return open(account, secret.name(), secret.version(), secret.sealed());
    }

    private String open(AccountId account, String name, int version, String sealed) {
        if (box == null) {
            throw new ContentException(
                    "this host opens no secrets; the operator sets BERTH_SECRET_KEY, the same for gateway and provisioner");
        }
        try {
            return box.open(account, name, version, sealed);
        } catch (IllegalArgumentException e) {
            throw new ContentException(String.valueOf(e.getMessage()));
        }
    }

    private Path folder(ContainerId container) {
        if (root == null) {
            throw new ContentException(
                    "this host lays out no files; the operator names a folder in memory in BERTH_FILE_DIR,"
                            + " or gives secrets as variables");
        }
        return root.resolve(container.toString());
    }

    /** Removes the files of a container that is over. */
    public void remove(ContainerId container) {
        if (root == null) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(container))) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder(container));
        } catch (NoSuchFileException e) {
            // It had none.
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("container", container).log("Its files could not be removed: {}", e.toString());
        }
    }

    /**
     * The containers whose files lie here. To find what a crash left, ask this before the rows are read: the row of a
     * container is older than its files.
     */
    public Set<ContainerId> laidOut() {
        Set<ContainerId> containers = new HashSet<>();
        if (root == null || !Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            return containers;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, ContainerId.PREFIX + "_*")) {
            for (Path folder : folders) {
                containers.add(ContainerId.parse(String.valueOf(folder.getFileName())));
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.atWarn().log("The folder of files could not be read: {}", e.toString());
        }
        return containers;
    }
}
