package dev.berth.schema.rollout;

import dev.berth.schema.Event;

/** Facts about rollouts, on {@code berth.rollout}, keyed by workload. */
public sealed interface RolloutEvent extends Event permits RolloutObserved {}
