package dev.berth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code berth} with JDKs and a Maven that only say how they were called. */
class ScriptTest {
    @TempDir
    Path temp;

    private Path checkout = Path.of(".");
    private Path jvms = Path.of(".");
    private Path bin = Path.of(".");

    private record Result(int exit, String output) {}

    @BeforeEach
    void layOut() throws Exception {
        checkout = Files.createDirectories(temp.resolve("my checkout"));
        jvms = Files.createDirectories(temp.resolve("jvms"));
        bin = Files.createDirectories(temp.resolve("bin"));
        Files.copy(Path.of("../../berth").toAbsolutePath(), checkout.resolve("berth"));
        Files.setPosixFilePermissions(checkout.resolve("berth"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(checkout.resolve("deploy/client"));
        Files.copy(Path.of("../client/berth").toAbsolutePath(), checkout.resolve("deploy/client/berth"));
        for (String file : List.of(
                "pom.xml",
                "deploy/client/pom.xml",
                "deploy/client/openapi.json",
                "deploy/client/src/main/C.java",
                ".mvn/jvm.config",
                "api-gateway/pom.xml",
                "api-gateway/src/main/A.java",
                "deploy/launcher/pom.xml",
                "deploy/launcher/src/main/B.java",
                "deploy/stripe-double/pom.xml",
                "deploy/stripe-double/src/main/D.java")) {
            Files.createDirectories(checkout.resolve(file).getParent());
            Files.writeString(checkout.resolve(file), "");
        }
        for (String tool : List.of(
                "bash",
                "readlink",
                "dirname",
                "sed",
                "sort",
                "head",
                "cut",
                "find",
                "mkdir",
                "touch",
                "tee",
                "mv",
                "grep",
                "tail",
                "id",
                "cat",
                "stat",
                "env")) {
            for (String folder : List.of("/usr/bin", "/bin")) {
                Path program = Path.of(folder, tool);
                if (Files.isExecutable(program) && !Files.exists(bin.resolve(tool))) {
                    program(bin.resolve(tool), "exec %s \"$@\"".formatted(program));
                }
            }
        }
    }

    private void jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(jvms.resolve(name).resolve("bin")).getParent();
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
        program(home.resolve("bin/javac"), "");
        program(home.resolve("bin/java"), "echo \"java of %s\"; printf '<%%s>\\n' \"$@\"".formatted(name));
    }

    private static void program(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void built() throws IOException {
        for (String module : List.of("api-gateway", "provisioner", "metering", "billing")) {
            Path target = Files.createDirectories(checkout.resolve(module).resolve("target"));
            Files.writeString(target.resolve("x-app.jar"), "");
        }
        Path target = Files.createDirectories(checkout.resolve("deploy/launcher/target"));
        Files.writeString(target.resolve("launcher.jar"), "");
        Path client = Files.createDirectories(checkout.resolve("deploy/client/target"));
        Files.writeString(client.resolve("berth.jar"), "");
        Files.writeString(target.resolve("build.stamp"), "");
        Files.setLastModifiedTime(
                target.resolve("build.stamp"), FileTime.from(Instant.now().plusSeconds(5)));
    }

    private Result run(Path script, String... arguments) throws Exception {
        return run(Map.of(), script, arguments);
    }

    private Result run(Map<String, String> environment, Path script, String... arguments) throws Exception {
        Path output = temp.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(script.toString())
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", bin.toString(), "HOME", temp.toString(), "BERTH_JVMS", jvms.toString()));
        builder.environment().putAll(environment);
        int exit = builder.start().waitFor();
        return new Result(exit, Files.readString(output, StandardCharsets.UTF_8));
    }

    @Test
    void withoutAJdkThatSuitsItSaysWhatThereIsAndWhatToInstall() throws Exception {
        jdk("old", "17.0.15");
        built();
        Result result = run(checkout.resolve("berth"), "up");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.output())
                .contains("needs a JDK 25 or later", "old (Java 17)", "sdk install java 25-tem", "JAVA_HOME=");
    }

    @Test
    void theLowestJdkThatSuitsIsTakenAndJavaHomeGoesFirst() throws Exception {
        jdk("old", "17.0.15");
        jdk("newest", "27");
        jdk("right", "25.0.3");
        built();
        assertThat(run(checkout.resolve("berth"), "status").output()).startsWith("java of right");
        assertThat(run(Map.of("JAVA_HOME", jvms.resolve("newest").toString()), checkout.resolve("berth"), "status")
                        .output())
                .startsWith("java of newest");
        assertThat(run(Map.of("JAVA_HOME", jvms.resolve("old").toString()), checkout.resolve("berth"), "status")
                        .output())
                .startsWith("java of right");
    }

    @Test
    void worksThroughALinkFromAnywhereWithSpacesInThePath() throws Exception {
        jdk("right", "25.0.3");
        built();
        Path link = Files.createSymbolicLink(temp.resolve("a link"), checkout.resolve("berth"));
        Result result = run(link, "up", "--data", "with space", "-d");
        assertThat(result.output())
                .contains("<-Dberth.home=" + checkout.toRealPath() + ">", "<up>", "<--data>", "<with space>", "<-d>");
        assertThat(result.exit()).isZero();
    }

    @Test
    void buildsWhatIsOlderThanItsSourcesAndOnlyThat() throws Exception {
        jdk("right", "25.0.3");
        program(
                bin.resolve("mvn"),
                "echo \"[INFO] Building Berth schema 0.1.0\"; mkdir -p '%s'; touch '%s'"
                        .formatted(
                                checkout.resolve("deploy/launcher/target"),
                                checkout.resolve("deploy/launcher/target/launcher.jar")));
        built();
        assertThat(run(checkout.resolve("berth"), "status").output()).doesNotContain("building");

        Files.setLastModifiedTime(
                checkout.resolve("api-gateway/src/main/A.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        Result stale = run(checkout.resolve("berth"), "status");
        assertThat(stale.output()).contains("building", "berth:   schema", "built in", "java of right");
        assertThat(checkout.resolve("deploy/launcher/target/build.log"))
                .content()
                .contains("Building Berth schema");
        assertThat(run(checkout.resolve("berth"), "--no-build", "status").output())
                .doesNotContain("building");
    }

    @Test
    void aFailedBuildShowsItsErrorsAndStartsNothing() throws Exception {
        jdk("right", "25.0.3");
        program(bin.resolve("mvn"), "echo '[ERROR] A.java:[1,1] no such thing'; exit 1");
        Result result = run(checkout.resolve("berth"), "up");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.output())
                .contains("no such thing", "the build failed", "build.log")
                .doesNotContain("java of");
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        jdk("right", "25.0.3");
        Result result = run(checkout.resolve("berth"), "up");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.output()).contains("there is no Maven", "apt-get install maven");
    }

    @Test
    void customersCommandsRunTheirJarWithoutALookForNewerSources() throws Exception {
        jdk("right", "25.0.3");
        built();
        Files.setLastModifiedTime(
                checkout.resolve("deploy/client/src/main/C.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        Map<String, String> quiet = Map.of("BERTH_START_CACHE", "off");
        for (List<String> words : List.of(
                List.of("ps", "-a"),
                List.of("logs", "web", "-f"),
                List.of("logs", "-n", "5", "web"),
                List.of("exec", "web", "--", "a b", "--data"),
                List.of("--version"))) {
            Result result = run(quiet, checkout.resolve("berth"), words.toArray(String[]::new));
            assertThat(result.output())
                    .as("%s", words)
                    .startsWith("java of right")
                    .contains("<dev.berth.client.Main>", "<-Dberth.terminal=>")
                    .endsWith(words.stream().map("<%s>\n"::formatted).collect(java.util.stream.Collectors.joining()));
        }
    }

    @Test
    void theOperatorsLogsAreThoseOfPartsOrOfAll() throws Exception {
        jdk("right", "25.0.3");
        built();
        for (List<String> words : List.of(
                List.of("logs"),
                List.of("logs", "-f"),
                List.of("logs", "-n", "5", "kafka"),
                List.of("logs", "stripe-double"),
                List.of("logs", "--data", "here", "-f"))) {
            assertThat(run(checkout.resolve("berth"), words.toArray(String[]::new))
                            .output())
                    .as("%s", words)
                    .contains("<dev.berth.launcher.Main>");
        }
    }

    @Test
    void aCustomersMachineNeedsTheScriptTheJarAndAJava() throws Exception {
        Path alone = Files.createDirectories(temp.resolve("bin of mine"));
        Files.copy(Path.of("../client/berth").toAbsolutePath(), alone.resolve("berth"));
        Map<String, String> quiet = Map.of("BERTH_START_CACHE", "off");
        assertThat(run(quiet, alone.resolve("berth"), "ps").output()).contains("berth.jar is not there");
        Files.writeString(alone.resolve("berth.jar"), "");
        Result none = run(quiet, alone.resolve("berth"), "ps");
        assertThat(none.output()).contains("a Java 25 or later is needed");
        assertThat(none.exit()).isEqualTo(1);
        jdk("right", "25.0.3");
        Path link = Files.createSymbolicLink(temp.resolve("linked"), alone.resolve("berth"));
        assertThat(run(quiet, link, "ps").output()).startsWith("java of right").contains("<ps>");
    }

    @Test
    void theQuickTestsLeaveOutWhatNeedsOtherParts() throws Exception {
        jdk("right", "25.0.3");
        program(bin.resolve("mvn"), "printf '<%s>\\n' \"$JAVA_HOME\" \"$@\"");
        Result result = run(checkout.resolve("berth"), "test", "quick", "-Dtest=X");
        assertThat(result.output())
                .contains(
                        "<%s>".formatted(jvms.resolve("right")),
                        "<test>",
                        "<-Dtests.excluded=docker,parts,walk,fuzz>",
                        "<-Dtest=X>");
    }
}
