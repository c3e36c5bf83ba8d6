/**
 * What a person sees. Owns: tables, words for money, times and sizes, colours, and that no name or message can steer a terminal. Does not
 * own: what is shown. Called by the commands. Always holds: text of others is in a table without its control characters.
 */
@NullMarked
package dev.berth.client.screen;

import org.jspecify.annotations.NullMarked;
