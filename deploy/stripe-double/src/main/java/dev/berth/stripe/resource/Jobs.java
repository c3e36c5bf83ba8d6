package dev.berth.stripe.resource;

import dev.berth.stripe.state.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What happens by itself, later: what banks say of refunds. */
public final class Jobs {
    private Jobs() {}

    /** Does the next thing that is due, if any; whether there was one. */
    public static boolean doNext(Change change) {
        Optional<ObjectNode> due = change.takeDue();
        due.ifPresent(job -> {
            boolean well = Json.text(job, "what").equals("refund_succeeds");
            Refunds.settle(change, Json.text(job, "subject"), well);
        });
        return due.isPresent();
    }
}
