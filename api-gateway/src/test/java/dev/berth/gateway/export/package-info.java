/** What an owner takes along, tried on the running gateway. */
@NullMarked
package dev.berth.gateway.export;

import org.jspecify.annotations.NullMarked;
