package dev.berth.provisioner.stream;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.provisioner.engine.TerminalSpec;
import dev.berth.schema.testing.FuzzTarget;
import tools.jackson.core.JacksonException;

/** Text messages of a terminal: a size that a screen can have, or none at all. */
final class TerminalSocketFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 20_000;
    }

    @Override
    public void execute(byte[] input) {
        try {
            TerminalSocket.screen(FuzzTarget.text(input)).ifPresent(screen -> {
                must(screen.columns() >= 1 && screen.columns() <= TerminalSpec.MOST_CELLS, "%s", screen);
                must(screen.rows() >= 1 && screen.rows() <= TerminalSpec.MOST_CELLS, "%s", screen);
                String written = "{\"resize\":{\"cols\":%d,\"rows\":%d}}".formatted(screen.columns(), screen.rows());
                must(TerminalSocket.screen(written).filter(screen::equals).isPresent(), "%s is not read again", screen);
            });
        } catch (JacksonException e) {
            must(e.getOriginalMessage() != null, "refused without a word");
        }
    }
}
