/** Tests of the room. */
@NullMarked
package dev.berth.gateway.quota;

import org.jspecify.annotations.NullMarked;
