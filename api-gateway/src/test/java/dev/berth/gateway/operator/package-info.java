/** Operators, their keys and roles, over real HTTP. */
@NullMarked
package dev.berth.gateway.operator;

import org.jspecify.annotations.NullMarked;
