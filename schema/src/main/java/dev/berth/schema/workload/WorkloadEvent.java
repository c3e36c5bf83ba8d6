package dev.berth.schema.workload;

import dev.berth.schema.Event;

/** Wishes, on {@code berth.workload}, keyed by workload. */
public sealed interface WorkloadEvent extends Event permits WorkloadDesired, WorkloadRemoved {}
