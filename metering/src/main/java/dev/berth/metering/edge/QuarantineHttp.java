package dev.berth.metering.edge;

import dev.berth.schema.wire.Inbox;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Events that could not be applied, for the operator to see and to try again. */
@RestController
@RequestMapping("/internal/v1/quarantine")
class QuarantineHttp {
    private final Map<String, Inbox> inboxes;

    QuarantineHttp(Inboxes inboxes) {
        this.inboxes = inboxes.byConsumer();
    }

    /** An event as the operator sees it. */
    record View(
            long id,
            String consumer,
            String topic,
            int partition,
            long offset,
            String eventId,
            String type,
            String payload,
            String error,
            Instant recordedAt,
            boolean replayed) {
        static View of(Inbox.Quarantined row) {
            return new View(
                    row.id(),
                    row.consumer(),
                    row.topic(),
                    row.partition(),
                    row.offset(),
                    row.eventId(),
                    row.type(),
                    row.payload(),
                    row.error(),
                    row.recordedAt(),
                    row.replayed());
        }
    }

    /** Whether trying again worked. */
    record Replayed(long id, boolean replayed) {}

    @GetMapping
    Page<View> list(
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            @RequestParam(name = "limit", required = false) @Nullable Integer limit) {
        caller.requireOperator();
        int most = Page.limit(limit);
        List<View> rows = inboxes.values().stream()
                .flatMap(inbox -> inbox.quarantined(most).stream())
                .sorted(Comparator.comparingLong(Inbox.Quarantined::id))
                .limit(most)
                .map(View::of)
                .toList();
        return new Page<>(rows, null);
    }

    @PostMapping("/{consumer}/{id}/replay")
    Replayed replay(
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            @PathVariable("consumer") String consumer,
            @PathVariable("id") long id) {
        caller.requireOperator();
        Inbox inbox = inboxes.get(consumer);
        if (inbox == null) {
            throw Refusal.notFound();
        }
        try {
            return new Replayed(id, inbox.replay(id));
        } catch (NoSuchElementException e) {
            throw Refusal.notFound();
        }
    }
}
