/** Tests of the room. */
@NullMarked
package dev.berth.gateway.account;

import org.jspecify.annotations.NullMarked;
