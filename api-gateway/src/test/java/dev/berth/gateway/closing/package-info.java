/** How an account ends, tried on the running gateway. */
@NullMarked
package dev.berth.gateway.closing;

import org.jspecify.annotations.NullMarked;
