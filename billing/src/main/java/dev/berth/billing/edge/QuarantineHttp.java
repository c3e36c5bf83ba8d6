package dev.berth.billing.edge;

import dev.berth.schema.wire.Inbox;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Events that could not be applied, for the operator to see and to try again. */
@RestController
@RequestMapping("/internal/v1/quarantine")
class QuarantineHttp {
    private final Inboxes inboxes;

    QuarantineHttp(Inboxes inboxes) {
        this.inboxes = inboxes;
    }

    record Replayed(long id, boolean replayed) {}

    @GetMapping
    Page<Inbox.Quarantined> list(Caller caller, @RequestParam(required = false) @Nullable Integer limit) {
        caller.mustBeOperator();
        int most = Page.limit(limit);
        List<Inbox.Quarantined> rows = inboxes.byConsumer().values().stream()
                .flatMap(inbox -> inbox.quarantined(most).stream())
                .sorted(Comparator.comparingLong(Inbox.Quarantined::id))
                .limit(most)
                .toList();
        return new Page<>(rows, null);
    }

    @PostMapping("/{consumer}/{id}/replay")
    Replayed replay(Caller caller, @PathVariable String consumer, @PathVariable long id) {
        caller.mustBeOperator();
        Inbox inbox = inboxes.byConsumer().get(consumer);
        if (inbox == null) {
            throw new Refusal(ErrorCode.NOT_FOUND, "There is no such consumer here.");
        }
        try {
            return new Replayed(id, inbox.replay(id));
        } catch (NoSuchElementException e) {
            throw new Refusal(ErrorCode.NOT_FOUND, "The consumer has no such event in quarantine.");
        }
    }
}
