/**
 * Owns: what a measurement says (samples, figures, targets) and how it is shown: table, JSON, Markdown.
 * Does not own: how anything is measured.
 * Invariant: a figure carries its unit, and whether its target was met follows from its numbers alone.
 */
@NullMarked
package dev.berth.bench.figure;

import org.jspecify.annotations.NullMarked;
