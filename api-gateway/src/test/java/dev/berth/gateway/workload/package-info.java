/** Tests of the room. */
@NullMarked
package dev.berth.gateway.workload;

import org.jspecify.annotations.NullMarked;
