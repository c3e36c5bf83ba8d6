package dev.berth.launcher.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path temp;

    @Test
    void secretsAreMadeOnceAndReadableByTheirOwnerAlone() throws Exception {
        DataDirectory data = DataDirectory.at(temp.resolve("with spaces")).create();
        String secret = data.secret("gateway");

        assertThat(secret).hasSizeGreaterThanOrEqualTo(43).matches("[A-Za-z0-9]+");
        assertThat(DataDirectory.at(data.root()).secret("gateway")).isEqualTo(secret);
        assertThat(data.secret("billing")).isNotEqualTo(secret);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(data.secrets().resolve("gateway"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.root())))
                .isEqualTo("rwx------");
    }

    @Test
    void theOperatorsKeyNamesItselfAndStays() throws Exception {
        DataDirectory data = DataDirectory.at(temp).create();

        assertThat(data.operatorKey()).startsWith("berth_op_").isEqualTo(data.operatorKey());
        assertThat(Files.readString(data.operatorKeyFile()).strip()).isEqualTo(data.operatorKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.operatorKeyFile())))
                .isEqualTo("rw-------");
    }

    @Test
    void anInstallationIsNamedAsLabelsMayBe() {
        assertThat(DataDirectory.at(temp).create().installation()).matches("[a-z0-9]{5,20}");
    }

    @Test
    void aSecretThatWasEmptiedIsNeverMadeAnew() throws Exception {
        DataDirectory data = DataDirectory.at(temp).create();
        Files.writeString(data.secrets().resolve("postgres"), "");

        assertThatThrownBy(() -> data.secret("postgres"))
                .isInstanceOfSatisfying(
                        LaunchException.class, e -> assertThat(e.advice()).contains("backup"));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsSaidSo() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "");

        assertThatThrownBy(() -> DataDirectory.at(file.resolve("below")).create())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void theLockIsHeldOnce() {
        DataDirectory data = DataDirectory.at(temp).create();
        LauncherLock first = LauncherLock.take(data).orElseThrow();

        assertThat(LauncherLock.take(data)).isEmpty();
        first.close();
        assertThat(LauncherLock.take(data)).isPresent().get().satisfies(LauncherLock::close);
    }
}
