/** Tests of operations. */
@org.jspecify.annotations.NullMarked
package dev.berth.gateway.operation;
