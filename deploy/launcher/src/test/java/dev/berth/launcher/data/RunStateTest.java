package dev.berth.launcher.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStateTest {
    @TempDir
    Path temp;

    @Test
    void aStateIsReadAsItWasWritten() {
        StateFile file = new StateFile(DataDirectory.at(temp).create());
        RunState state = new RunState(
                ProcessIdentity.self(),
                RunState.Phase.READY,
                null,
                "127.0.0.1",
                8080,
                List.of(
                        new RunState.PartState("kafka", ProcessIdentity.self(), 8085, 2),
                        new RunState.PartState("gateway", null, 8080, 0)));
        file.write(state);

        assertThat(file.read()).contains(state);
        assertThat(state.supervised()).isTrue();
        assertThat(state.parts().get(1).alive()).isFalse();
    }

    @Test
    void nothingIsReadWhereNothingWasWrittenOrTheFormIsAnother() throws Exception {
        DataDirectory data = DataDirectory.at(temp).create();
        assertThat(new StateFile(data).read()).isEmpty();

        Files.writeString(data.run().resolve("state.json"), "{\"launcher\": 7");
        assertThat(new StateFile(data).read()).isEmpty();
    }

    @Test
    void aProcessIsNotTakenForALaterOneWithItsNumber() throws Exception {
        ProcessIdentity self = ProcessIdentity.self();
        assertThat(self.alive()).isTrue();
        assertThat(new ProcessIdentity(self.pid(), "00000000:1").alive()).isFalse();

        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        assertThat(ProcessIdentity.of(ended.pid())).isEmpty();
    }
}
