package dev.berth.provisioner.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As root, since only root can give folders to others. */
@Tag("parts")
class OwnFolderTest {
    private static final int SOMEBODY = 4711;

    @TempDir
    private Path dir;

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static void refused(Path folder, String why) {
        assertThatThrownBy(() -> OwnFolder.secure(folder))
                .isInstanceOf(OwnFolder.Foreign.class)
                .hasMessageContaining(why)
                .hasMessageContaining("BERTH_FILE_DIR");
    }

    @Test
    void isMadeForRootAloneWithAllThatIsAboveIt() throws Exception {
        Path folder = dir.resolve("berth").resolve("installation");
        OwnFolder.secure(folder);
        OwnFolder.secure(folder);
        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.getParent())).isEqualTo("rwx------");
    }

    @Test
    void whatIsRootsIsShut() throws Exception {
        Path folder = Files.createDirectory(dir.resolve("files"));
        mode(folder, "rwxrwxrwx");
        OwnFolder.secure(folder);
        assertThat(mode(folder)).isEqualTo("rwx------");
    }

    @Test
    void whatSomebodyElseMadeFirstIsRefused() throws Exception {
        Path folder = Files.createDirectory(dir.resolve("files"));
        Files.setAttribute(folder, "unix:uid", SOMEBODY);
        mode(folder, "rwx------");
        refused(folder, "belongs to the user 4711");
        refused(folder.resolve("installation"), "belongs to the user 4711");
        assertThat(Files.exists(folder.resolve("installation"))).isFalse();
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
        Path folder = Files.createSymbolicLink(dir.resolve("files"), elsewhere);
        refused(folder, "is a link");
        refused(folder.resolve("installation"), "is a link");
        assertThat(elsewhere).isEmptyDirectory();
        refused(Files.createFile(dir.resolve("file")), "and no folder");
    }

    @Test
    void whatOthersCanPutAnotherInThePlaceOfIsRefusedUnlessTheyCannotTakeItAway() throws Exception {
        Path open = Files.createDirectory(dir.resolve("open"));
        mode(open, "rwxrwxrwx");
        refused(open.resolve("installation"), "may be written to by others");
        Files.setAttribute(open, "unix:mode", 01777);
        OwnFolder.secure(open.resolve("installation"));
        assertThat(mode(open.resolve("installation"))).isEqualTo("rwx------");
    }
}
