package dev.berth.schema.wire;

import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.id.EventId;

/**
 * An event on its way: the record in the Kafka value as JSON, the rest in CloudEvents 1.0 headers ({@code ce_specversion ce_id
 * ce_type ce_source ce_time ce_subject}) and Berth's own ({@code berth_operation berth_actor berth_caused_at traceparent}).
 *
 * @param id what consumers dedupe on
 * @param source who wrote it
 * @param event what happened
 * @param cause why
 */
public record Envelope(EventId id, Service source, Event event, Cause cause) {}
