/**
 * Owns: the typed ids that cross a service boundary (TypeID over UUIDv7).
 * Does not own: who may see which id.
 * Anyone may call. Invariant: an id of one kind never parses as another.
 */
@NullMarked
package dev.berth.schema.id;

import org.jspecify.annotations.NullMarked;
