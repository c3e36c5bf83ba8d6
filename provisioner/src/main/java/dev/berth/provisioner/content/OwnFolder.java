package dev.berth.provisioner.content;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A folder that nobody but root gets into, made where there is none. It is often below a folder that everybody may write to, such as
 * {@code /dev/shm}, where anybody may have been first: so what is found is not trusted. What root owns is shut; what somebody else owns, or
 * is a link, is refused, and so is what is below such a folder, since its owner could look at what is put there, or have it put elsewhere.
 */
final class OwnFolder {
    static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");

    /** Thrown where it is not ours; the message is for the operator. */
    static final class Foreign extends IOException {
        private static final long serialVersionUID = 1;

        Foreign(String message) {
            super(message);
        }
    }

    private static final int ROOT = 0;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;
    private static final String REMEDY = "remove it, or name another folder in BERTH_FILE_DIR";

    private OwnFolder() {}

    /**
     * Makes it, or sees to it that it is root's alone, in folders that only root can change.
     *
     * @throws Foreign if it cannot be trusted
     */
    static void secure(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        Path above = Path.of("/");
        for (Path name : absolute) {
            Path next = above.resolve(name);
            make(next);
            check(next, next.equals(absolute));
            above = next;
        }
        if (!Files.getPosixFilePermissions(absolute, LinkOption.NOFOLLOW_LINKS).equals(OURS)) {
            Files.setPosixFilePermissions(absolute, OURS);
        }
    }

    private static void make(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OURS));
            } catch (FileAlreadyExistsException e) {
                // Somebody was first; it is looked at next, whatever it is.
            }
        }
    }

    private static void check(Path folder, boolean last) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(folder, "unix:uid,mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(found.get("isDirectory"))) {
            throw new Foreign("%s is a link or a file and no folder; %s".formatted(folder, REMEDY));
        }
        if (!Integer.valueOf(ROOT).equals(found.get("uid"))) {
            throw new Foreign("%s belongs to the user %s and not to root, who could change what is put there; %s"
                    .formatted(folder, found.get("uid"), REMEDY));
        }
        int mode = (Integer) Objects.requireNonNull(found.get("mode"));
        if (!last && (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
            throw new Foreign(
                    "%s may be written to by others than root, who could put another folder in the place of %s; %s"
                            .formatted(folder, "the one with files", REMEDY));
        }
    }
}
