/** Tests of targets. */
@NullMarked
package dev.berth.gateway.callout;

import org.jspecify.annotations.NullMarked;
