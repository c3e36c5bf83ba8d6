/** Tests of the room. */
@org.jspecify.annotations.NullMarked
package dev.berth.gateway.portal;
