/**
 * Owns: stacks: a Compose file that became workloads, which of them it made, and the file that they would make again.
 * Does not own: the workloads themselves (they are made and changed as if each had been asked for alone).
 * The portal calls it, and nobody else. Invariant: no key of a file is left out in silence: it is used, or it is named in a finding.
 */
@NullMarked
package dev.berth.gateway.stack;

import org.jspecify.annotations.NullMarked;
