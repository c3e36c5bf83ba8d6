package dev.berth.gateway.workload;

import dev.berth.schema.id.VolumeId;
import dev.berth.schema.workload.VolumeMount;

/**
 * A volume in the file system of a workload's containers, checked by {@link MannerRules}.
 *
 * @param volume its id as text; in a request that was not looked up yet, its name
 * @param path where, absolute
 */
record MountWish(String volume, String path, boolean readOnly) {
    /** As it is wished; only of one that was looked up. */
    VolumeMount event() {
        return new VolumeMount(VolumeId.parse(volume), path, readOnly);
    }
}
