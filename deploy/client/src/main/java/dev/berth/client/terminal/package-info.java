/**
 * The terminal here and the program there. Owns: raw mode and its end, the size of the terminal, the WebSocket of {@code exec}. Does not
 * own: which container. Called by the command {@code exec}. Always holds: the terminal is as it was, however it ends short of kill -9.
 */
@NullMarked
package dev.berth.client.terminal;

import org.jspecify.annotations.NullMarked;
