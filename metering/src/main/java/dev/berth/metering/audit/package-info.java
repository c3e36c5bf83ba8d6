/**
 * Owns: the report of what does not fit together (gaps, contradictions, silent hosts), and the rebuild of what can be derived.
 * Does not own: the findings themselves, which come with the intervals.
 * Nobody calls it. Invariant: a gap is reported, never guessed.
 */
@NullMarked
package dev.berth.metering.audit;

import org.jspecify.annotations.NullMarked;
