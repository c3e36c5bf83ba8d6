package dev.berth.provisioner.engine;

/**
 * What a registry gave.
 *
 * @param imageId the id of the image on the host
 * @param digest of the manifest by which the registry gives the very same again
 */
public record Pulled(String imageId, String digest) {}
