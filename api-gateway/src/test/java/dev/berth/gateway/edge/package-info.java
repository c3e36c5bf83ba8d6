/** Tests of the room. */
@NullMarked
package dev.berth.gateway.edge;

import org.jspecify.annotations.NullMarked;
