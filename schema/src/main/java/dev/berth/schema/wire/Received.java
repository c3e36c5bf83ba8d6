package dev.berth.schema.wire;

import dev.berth.schema.Topic;

/** An event as a consumer takes it: the envelope and where it stood. */
public record Received(Envelope envelope, Topic topic, int partition, long offset) {}
