/**
 * The customer's command line: {@code berth login}, {@code run}, {@code ps}, …. Rooms, each knowing only those before it: {@code api}
 * (the API's document), {@code call} (calls), {@code profile} (who calls), {@code screen} (what is seen), {@code terminal} (exec). Owns: the
 * commands and their exit codes. Does not own: anything of Berth but what the API answers. Called by people and their scripts.
 * Always holds: what a command does can be done by the API alone, or, as {@code verify} does, with a file of it and no Berth at all.
 */
@NullMarked
package dev.berth.client;

import org.jspecify.annotations.NullMarked;
