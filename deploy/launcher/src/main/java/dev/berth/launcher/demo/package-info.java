/**
 * Owns: the story that {@code ./berth demo} plays through the public API, and the comparison of what Docker, the meter and the invoice say.
 * Does not own: any knowledge of how the services work inside: it is a customer with a look at Docker.
 * May be called by: the commands and walks.
 * Invariant: it agrees only when every container's milliseconds are the same in all three, and every amount recomputes.
 */
@NullMarked
package dev.berth.launcher.demo;

import org.jspecify.annotations.NullMarked;
