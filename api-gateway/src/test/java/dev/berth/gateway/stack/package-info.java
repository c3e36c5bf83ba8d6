/** Tests of stacks. */
@NullMarked
package dev.berth.gateway.stack;

import org.jspecify.annotations.NullMarked;
