/** Tests of the gateway as a whole, over HTTP, on a real database and a real broker. */
@NullMarked
package dev.berth.gateway;

import org.jspecify.annotations.NullMarked;
