/** Tests of second factors. */
@NullMarked
package dev.berth.gateway.factor;

import org.jspecify.annotations.NullMarked;
