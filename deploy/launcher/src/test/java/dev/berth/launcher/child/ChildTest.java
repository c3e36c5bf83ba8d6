package dev.berth.launcher.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.launcher.data.LaunchException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {
    @TempDir
    Path temp;

    @Test
    void runsInASessionOfItsOwnAndWritesToItsLog() throws Exception {
        LogFile log = new LogFile(temp.resolve("a.log"));
        Child child = Child.start("a", List.of("sh", "-c", "echo $WORD; exec sleep 60"), Map.of("WORD", "hello"), log);
        try {
            await().until(() -> log.lastLines(5).equals("hello"));
            String stat = Files.readString(
                    Path.of("/proc/%d/stat".formatted(child.identity().pid())));
            String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
            assertThat(Long.parseLong(session)).isEqualTo(child.identity().pid());
        } finally {
            assertThat(child.stop(StopSignal.TERM, Duration.ofSeconds(5))).isTrue();
        }
        assertThat(child.alive()).isFalse();
    }

    @Test
    void isEndedWhenItDoesNotGoWithinItsDeadline() {
        LogFile log = new LogFile(temp.resolve("b.log"));
        Child child = Child.start(
                "b", List.of("sh", "-c", "trap '' TERM; echo deaf; while true; do sleep 0.1; done"), Map.of(), log);
        await().until(() -> log.lastLines(1).equals("deaf"));

        assertThat(child.stop(StopSignal.TERM, Duration.ofMillis(300))).isFalse();
        assertThat(child.alive()).isFalse();
        assertThat(child.exit().join()).isEqualTo(137);
    }

    @Test
    void aProgramThatIsNotThereIsSaidSo() {
        LogFile log = new LogFile(temp.resolve("c.log"));
        Child child;
        try {
            child = Child.start("c", List.of("/no/such/program"), Map.of(), log);
        } catch (LaunchException e) {
            assertThat(e).hasMessageContaining("ended as soon as");
            return;
        }
        assertThat(child.exit().join()).isNotZero();
        assertThat(log.lastLines(3)).contains("/no/such/program");
    }

    @Test
    void aLogThatCannotBeWrittenIsSaidSo() {
        assertThatThrownBy(() ->
                        Child.start("d", List.of("true"), Map.of(), new LogFile(temp.resolve("no/such/folder/d.log"))))
                .isInstanceOf(LaunchException.class);
    }
}
