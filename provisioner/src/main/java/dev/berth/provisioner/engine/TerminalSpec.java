package dev.berth.provisioner.engine;

import java.util.List;

/**
 * A program to be run in a container by somebody who is there.
 *
 * @param tty whether it has a terminal; without one both of its outputs come as they are
 * @param columns of the terminal, at least 1
 * @param rows of the terminal, at least 1
 */
public record TerminalSpec(List<String> command, boolean tty, int columns, int rows) {
    public TerminalSpec {
        command = List.copyOf(command);
    }
}
