/**
 * Owns: who asks (the signed identity of internal calls), the catalogue of errors and their form on the wire, paging.
 * Does not own: any route.
 * Every room's HTTP may call it. Invariant: nothing under /internal answers without a valid identity.
 */
@NullMarked
package dev.berth.billing.edge;

import org.jspecify.annotations.NullMarked;
