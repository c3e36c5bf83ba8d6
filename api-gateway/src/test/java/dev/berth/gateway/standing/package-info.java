/** Tests of the room. */
@NullMarked
package dev.berth.gateway.standing;

import org.jspecify.annotations.NullMarked;
