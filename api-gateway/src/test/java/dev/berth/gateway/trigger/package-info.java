/** Tests of triggers. */
@NullMarked
package dev.berth.gateway.trigger;

import org.jspecify.annotations.NullMarked;
