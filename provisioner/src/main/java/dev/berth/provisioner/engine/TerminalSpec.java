package dev.berth.provisioner.engine;

import java.util.List;

/**
 * A program to be run in a container by somebody who is there.
 *
 * @param tty whether it has a terminal; without one both of its outputs come as they are
 * @param columns of the terminal, from 1 to {@value #MOST_CELLS}
 * @param rows of the terminal, from 1 to {@value #MOST_CELLS}
 */
public record TerminalSpec(List<String> command, boolean tty, int columns, int rows) {
    /** The most columns, and the most rows. */
    public static final int MOST_CELLS = 1000;

    public TerminalSpec {
        command = List.copyOf(command);
    }
}
