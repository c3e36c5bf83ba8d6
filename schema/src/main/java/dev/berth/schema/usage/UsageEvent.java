package dev.berth.schema.usage;

import dev.berth.schema.Event;

/** What was used, on {@code berth.usage}, keyed by account; a WatermarkAdvanced speaks of a partition. */
public sealed interface UsageEvent extends Event
        permits UsageRecorded,
                UsageCorrected,
                VolumeUsageRecorded,
                VolumeUsageCorrected,
                WatermarkAdvanced,
                UsageBegun {}
