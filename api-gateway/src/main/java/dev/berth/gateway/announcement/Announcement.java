package dev.berth.gateway.announcement;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.AnnouncementId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the operator tells all customers.
 *
 * @param title one line
 * @param body plain text, with line breaks; may be empty
 * @param from when it begins to be shown
 * @param until when it is no longer shown; null: not before it is changed or deleted
 */
public record Announcement(
        AnnouncementId id,
        String title,
        String body,
        Severity severity,
        Instant from,
        @JsonInclude @Nullable Instant until) {}
