/**
 * Owns: with what accounts fetch images from registries that do not give them to everybody; the sealed password of the latest version.
 * Does not own: which workloads' images are of a registry, which {@link dev.berth.gateway.registry.RegistryUsers} says; the asking.
 * Rooms below look one up for an image and get it sealed. Invariant: a password leaves this room sealed only, and goes with the images
 * of its own registry only.
 */
@NullMarked
package dev.berth.gateway.registry;

import org.jspecify.annotations.NullMarked;
