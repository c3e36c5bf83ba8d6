/**
 * Owns: see the module.
 */
@NullMarked
package dev.berth.launcher;

import org.jspecify.annotations.NullMarked;
