package dev.berth.schema.container;

import dev.berth.schema.Event;

/** Facts about containers, on {@code berth.container}, keyed by container; an Inventory speaks of a partition. */
public sealed interface ContainerEvent extends Event
        permits ContainerStarted, ContainerResized, ContainerStopped, LaunchFailed, Inventory {}
