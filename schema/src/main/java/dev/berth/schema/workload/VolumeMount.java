package dev.berth.schema.workload;

import dev.berth.schema.id.VolumeId;

/**
 * A volume of the account in the file system of a container.
 *
 * @param path where, absolute
 */
public record VolumeMount(VolumeId volume, String path, boolean readOnly) {}
