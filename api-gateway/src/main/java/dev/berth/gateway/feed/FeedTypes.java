package dev.berth.gateway.feed;

import java.util.List;

/** The names of what can happen to an account. */
public final class FeedTypes {
    /** All of them, in the order of the topics. */
    public static final List<String> ALL = List.of(
            "account.opened",
            "account.renamed",
            "account.plan_changed",
            "account.closed",
            "tenant.ready",
            "tenant.removed",
            "workload.created",
            "workload.updated",
            "workload.removed",
            "container.started",
            "container.resized",
            "container.stopped",
            "container.launch_failed",
            "usage.corrected",
            "invoice.finalized",
            "payment.succeeded",
            "payment.failed",
            "credit_note.issued",
            "standing.changed");

    private FeedTypes() {}
}
