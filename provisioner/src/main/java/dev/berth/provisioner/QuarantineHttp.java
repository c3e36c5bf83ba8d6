package dev.berth.provisioner;

import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.Inbox;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;

/** Events that could not be taken, and another try; for the operator. */
@RestController
class QuarantineHttp {
    private static final int MOST = 200;

    private final Consumers consumers;

    QuarantineHttp(Consumers consumers) {
        this.consumers = consumers;
    }

    /** A page of them. */
    record Page(List<Inbox.Quarantined> data, @Nullable String nextCursor) {}

    @GetMapping("/internal/v1/quarantine")
    Page list(@RequestAttribute(IdentityFilter.IDENTITY) Identity identity) {
        operatorOnly(identity);
        return new Page(
                consumers.all().stream()
                        .flatMap(inbox -> inbox.quarantined(MOST).stream())
                        .limit(MOST)
                        .toList(),
                null);
    }

    @PostMapping("/internal/v1/quarantine/{consumer}/{id}/replay")
    Map<String, Object> replay(
            @PathVariable("consumer") String consumer,
            @PathVariable("id") long id,
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity) {
        operatorOnly(identity);
        Inbox inbox = consumers
                .named(consumer)
                .orElseThrow(() -> new Refusal(ProblemCode.NOT_FOUND, "there is no such consumer"));
        try {
            return Map.of("id", id, "consumer", consumer, "replayed", inbox.replay(id));
        } catch (NoSuchElementException e) {
            throw new Refusal(ProblemCode.NOT_FOUND, "there is no such event in quarantine");
        }
    }

    private static void operatorOnly(Identity identity) {
        if (!identity.operator()) {
            throw new Refusal(ProblemCode.NOT_FOUND, "there is no such route");
        }
    }
}
