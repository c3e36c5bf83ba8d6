/**
 * Owns: see the module.
 */
@NullMarked
package dev.berth.walk;

import org.jspecify.annotations.NullMarked;
