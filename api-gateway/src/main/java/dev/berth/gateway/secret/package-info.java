/**
 * Owns: secrets of accounts: their names, and the sealed value of the latest version of each.
 * Does not own: which workloads use one, which {@link dev.berth.gateway.secret.SecretUsers} says; what a value is for.
 * Rooms below look a secret up by its name and get it sealed. Invariant: a value leaves this room sealed only, and nothing that is
 * answered, logged or told has it in the clear.
 */
@NullMarked
package dev.berth.gateway.secret;

import org.jspecify.annotations.NullMarked;
