/**
 * Owns: the promises of Berth, one walk each, on real parts: the launcher's own processes or the images of {@code deploy/images},
 * a real Docker Engine, the public API.
 * Does not own: what a single service does; its own tests hold that.
 * Invariant: a walk says exactly what must have happened, and compares with what the Docker Engine itself says.
 */
@NullMarked
package dev.berth.walk;

import org.jspecify.annotations.NullMarked;
