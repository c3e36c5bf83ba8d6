package dev.berth.launcher.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    Path temp;

    @Test
    void isCutInPlaceSoThatAWriterGoesOn() throws Exception {
        LogFile log = new LogFile(temp.resolve("x.log"));
        Process writer = new ProcessBuilder("sh", "-c", "echo 0123456789; read go; echo after")
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()))
                .start();
        org.awaitility.Awaitility.await().until(() -> log.size() == 11);

        assertThat(log.rotateAbove(100)).isFalse();
        assertThat(log.rotateAbove(10)).isTrue();
        writer.getOutputStream().write("go\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        writer.getOutputStream().close();
        writer.waitFor();

        assertThat(Files.readString(log.path())).isEqualTo("after\n");
        assertThat(temp.resolve("x.log.1")).hasContent("0123456789");
    }

    @Test
    void keepsThreeGenerations() throws Exception {
        LogFile log = new LogFile(temp.resolve("x.log"));
        for (int i = 1; i <= 6; i++) {
            Files.writeString(log.path(), "generation " + i);
            log.rotateAbove(1);
        }
        assertThat(temp.resolve("x.log.1")).hasContent("generation 6");
        assertThat(temp.resolve("x.log.3")).hasContent("generation 4");
        assertThat(temp.resolve("x.log.4")).doesNotExist();
    }

    @Test
    void tellsItsLastLinesAndWhatIsNew() throws Exception {
        LogFile log = new LogFile(temp.resolve("x.log"));
        assertThat(log.lastLines(5)).isEmpty();
        assertThat(log.from(10)).isEmpty();

        Files.writeString(log.path(), "one\ntwo\nthree\n");
        assertThat(log.lastLines(2)).isEqualTo("two\nthree");
        assertThat(log.from(8)).isEqualTo("three\n");
        assertThat(log.from(999)).isEqualTo("one\ntwo\nthree\n");
    }
}
