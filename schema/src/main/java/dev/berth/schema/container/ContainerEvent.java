package dev.berth.schema.container;

import dev.berth.schema.Event;

/** Facts about containers and volumes, on {@code berth.container}, keyed by either; an Inventory speaks of a partition. */
public sealed interface ContainerEvent extends Event
        permits ContainerStarted,
                ContainerResized,
                ContainerStopped,
                ContainerPaused,
                EgressMeasured,
                LaunchFailed,
                Inventory,
                VolumeReady,
                VolumeFailed,
                VolumeDestroyed {}
