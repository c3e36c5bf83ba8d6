package dev.berth.gateway.feed;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Scope;
import java.util.List;

/** The names of what can happen to an account. */
public final class FeedTypes {
    /** A webhook was tried as often as it is, and its receiver never took it. */
    public static final String DELIVERY_FAILED = "webhook.delivery_failed";

    /** Berth sends no more webhooks to a receiver. */
    public static final String ENDPOINT_DISABLED = "webhook.endpoint_disabled";

    /** An owner has closed the account; it can be reopened for a while. */
    public static final String ACCOUNT_CLOSING = "account.closing";

    /** An owner has reopened it. */
    public static final String ACCOUNT_REOPENED = "account.reopened";

    /** The account is closed for good. */
    public static final String ACCOUNT_CLOSED = "account.closed";

    /** All of them, in the order of the topics; the last come from no topic. */
    public static final List<String> ALL = List.of(
            "account.opened",
            "account.renamed",
            "account.plan_changed",
            ACCOUNT_CLOSED,
            "tenant.ready",
            "tenant.removed",
            "workload.created",
            "workload.updated",
            "workload.removed",
            "volume.created",
            "volume.updated",
            "volume.deleted",
            "volume.purged",
            "rollout.progressing",
            "rollout.paused",
            "rollout.awaiting",
            "rollout.complete",
            "rollout.rolled_back",
            "rollout.failed",
            "container.started",
            "container.resized",
            "container.paused",
            "container.unpaused",
            "container.stopped",
            "container.launch_failed",
            "volume.ready",
            "volume.failed",
            "volume.destroyed",
            "usage.corrected",
            "invoice.finalized",
            "payment.succeeded",
            "payment.failed",
            "payment.action_required",
            "payment.retry_scheduled",
            "payment.dispute_opened",
            "payment.dispute_closed",
            "credit_note.issued",
            "refund.succeeded",
            "refund.failed",
            "invoice.voided",
            "invoice.written_off",
            "standing.changed",
            "spend_cap.changed",
            "spend_cap.notice",
            "spend_cap.credited",
            DELIVERY_FAILED,
            ENDPOINT_DISABLED,
            ACCOUNT_CLOSING,
            ACCOUNT_REOPENED);

    private FeedTypes() {}

    /** What one must be allowed to read to see what happened: the workloads, the money, or just the account. */
    public static Scope scope(String type) {
        return switch (type.substring(0, type.indexOf('.'))) {
            case "workload", "rollout", "container" -> Scope.WORKLOADS_READ;
            case "volume" -> Scope.VOLUMES_READ;
            case "webhook" -> Scope.WEBHOOKS_READ;
            case "usage", "invoice", "payment", "credit_note", "refund", "spend_cap" -> Scope.BILLING_READ;
            default -> Scope.ACCOUNT_READ;
        };
    }

    /** Those that somebody may see. */
    public static List<String> seenBy(Principal.Customer reader) {
        return ALL.stream().filter(type -> reader.may(scope(type))).toList();
    }
}
