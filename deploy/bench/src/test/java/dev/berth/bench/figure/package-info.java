/** Tests of what a measurement says. */
@NullMarked
package dev.berth.bench.figure;

import org.jspecify.annotations.NullMarked;
