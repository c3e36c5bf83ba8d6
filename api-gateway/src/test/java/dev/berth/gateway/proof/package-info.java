/** Tests of proofs of addresses. */
@NullMarked
package dev.berth.gateway.proof;

import org.jspecify.annotations.NullMarked;
