package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.id.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The contract on whatever speaks Docker's API, with programs of {@link TestImages#BUSYBOX}. */
abstract class DockerConformance extends EngineConformance {
    private final String subnet = TestEngines.subnet();

    @Override
    abstract DockerEngine engine();

    @Override
    String subnet() {
        return subnet;
    }

    @Override
    String subnet(int number) {
        return TestEngines.beside(subnet, number);
    }

    @Override
    ContainerSpec spec(Behaviour behaviour) {
        List<String> command = switch (behaviour) {
            case SERVER -> List.of("/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done");
            case STUBBORN -> List.of("/bin/sleep", "3600");
            case ENDS_WITH_3 -> List.of("/bin/sh", "-c", "echo one; echo two >&2; exit 3");
            case BROKEN -> List.of("/there/is/none");
        };
        return specOf(engine().image(TestImages.BUSYBOX).orElseThrow(), command, ContainerSpec.Start.USUAL);
    }

    /** Whether a line of a terminal that is too long is always cut after the same number of bytes. */
    boolean cutsEvenly() {
        return true;
    }

    /** What a process wrote to somebody who is attached. */
    private static final class Heard implements Consumer<byte[]> {
        private final List<String> said = new CopyOnWriteArrayList<>();

        @Override
        public void accept(byte[] bytes) {
            said.add(new String(bytes, StandardCharsets.UTF_8));
        }

        String text() {
            return String.join("", said);
        }

        void await(String words) {
            Awaitility.await().alias(words).atMost(Duration.ofSeconds(15)).until(() -> text().contains(words));
        }
    }

    private String run(boolean stdin, boolean tty, String script) {
        ContainerSpec spec = specOf(
                engine().image(TestImages.BUSYBOX).orElseThrow(),
                List.of("/bin/sh", "-c", script),
                new ContainerSpec.Start(null, null, null, false, stdin, tty));
        engine().create(spec);
        made(spec.name());
        engine().start(spec.name());
        return spec.name();
    }

    private static void type(Terminal terminal, String text) throws IOException {
        terminal.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void severalHearTheMainProcessAndTypeToItAndLeavingNeitherEndsItNorItsInput() throws Exception {
        String name =
                run(true, false, "while read line; do echo \"<$line>\"; [ $line != end ] || exit 7; done; exit 1");
        Heard first = new Heard();
        Heard second = new Heard();
        Terminal left = engine().attach(name, first);
        Terminal stays = engine().attach(name, second);
        type(left, "one\n");
        first.await("<one>\n");
        second.await("<one>\n");
        type(stays, "two\n");
        first.await("<two>\n");
        type(left, "last\n");
        left.close();
        second.await("<last>\n");
        type(stays, "three\n");
        second.await("<three>\n");
        stays.close();
        Heard third = new Heard();
        try (Terminal again = engine().attach(name, third)) {
            type(again, "four\n");
            third.await("<four>\n");
            assertThat(third.text()).doesNotContain("one");
            assertThat(first.text()).doesNotContain("four");
            assertThat(engine().inspect(name).orElseThrow().running()).isTrue();
            type(again, "end\n");
            assertThat(again.exit().get(15, TimeUnit.SECONDS)).isEqualTo(7);
        }
        assertThatThrownBy(() -> engine().attach(name, new Heard())).isInstanceOf(EngineException.Conflict.class);
        assertThatThrownBy(() -> engine().attach(ContainerEngine.nameOf(ContainerId.next()), new Heard()))
                .isInstanceOf(EngineException.Missing.class);
    }

    @Test
    void aMainProcessWithATerminalKnowsTheSizeOfTheScreenAndItsOutputIsReadAsLines() throws Exception {
        String name = run(
                true,
                true,
                "printf '\\001\\000ready\\n'; while read line; do case $line in end) exit 3;; size) stty size;;"
                        + " *) printf '\\033[31mred \\342\\202\\254\\033[0m\\n';; esac; done");
        Heard heard = new Heard();
        try (Terminal terminal = engine().attach(name, heard)) {
            terminal.resize(101, 33);
            type(terminal, "size\n");
            heard.await("33 101");
            terminal.resize(90, 20);
            type(terminal, "size\n");
            heard.await("20 90");
            type(terminal, "colour\n");
            heard.await("\033[31mred €");
            List<LogLine> followed = new ArrayList<>();
            Thread follower =
                    Thread.ofVirtual().start(() -> engine().logs(name, new LogQuery(null, null, true), followed::add));
            type(terminal, "end\n");
            assertThat(terminal.exit().get(15, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(follower.join(Duration.ofSeconds(15))).isTrue();
            List<LogLine> lines = new ArrayList<>();
            engine().logs(name, new LogQuery(null, null, false), lines::add);
            assertThat(lines).extracting(LogLine::text).contains("ready", "33 101", "20 90", "red €");
            assertThat(followed).containsExactlyElementsOf(lines);
            List<LogLine> last = new ArrayList<>();
            engine().logs(name, new LogQuery(1, null, false), last::add);
            assertThat(last).containsExactly(lines.getLast());
        }
    }

    @Test
    void aLineOfATerminalThatIsLongerThanTheEngineKeepsComesInPieces() {
        String name = run(false, true, "head -c 30000 /dev/zero | tr '\\0' x; echo; echo 2020-01-01T00:00:00Z end");
        await().atMost(Duration.ofSeconds(15))
                .until(() -> !engine().inspect(name).orElseThrow().running());
        List<LogLine> lines = new ArrayList<>();
        engine().logs(name, new LogQuery(null, null, false), lines::add);
        assertThat(lines.getLast().text()).isEqualTo("2020-01-01T00:00:00Z end");
        List<String> pieces = lines.stream().map(LogLine::text).toList();
        assertThat(String.join("", pieces).chars().filter(c -> c == 'x').count())
                .isEqualTo(30_000);
        if (cutsEvenly()) {
            assertThat(pieces).hasSize(3).allMatch(text -> text.matches("x+|2020.* end"));
        }
    }

    @Test
    void whatReadsNoInputSaysSoAndIsHeardAllTheSame() throws Exception {
        String name = run(false, false, "while :; do echo out; echo err >&2; sleep 0.1; done");
        Heard heard = new Heard();
        Terminal terminal = engine().attach(name, heard);
        heard.await("out\n");
        heard.await("err\n");
        assertThatThrownBy(() -> type(terminal, "x")).isInstanceOf(Terminal.NotHeard.class);
        terminal.close();
        assertThat(engine().inspect(name).orElseThrow().running()).isTrue();
    }
}
