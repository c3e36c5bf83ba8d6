package dev.berth.gateway.feed;

import dev.berth.schema.Event;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountEvent;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.cap.CapEvent;
import dev.berth.schema.cap.SpendCapChanged;
import dev.berth.schema.cap.SpendCapCredited;
import dev.berth.schema.cap.SpendCapNotice;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerPaused;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.TypeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.invoice.CreditNoteIssued;
import dev.berth.schema.invoice.DisputeClosed;
import dev.berth.schema.invoice.DisputeOpened;
import dev.berth.schema.invoice.InvoiceEvent;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.invoice.InvoiceVoided;
import dev.berth.schema.invoice.InvoiceWrittenOff;
import dev.berth.schema.invoice.PaymentActionRequired;
import dev.berth.schema.invoice.PaymentFailed;
import dev.berth.schema.invoice.PaymentRetryScheduled;
import dev.berth.schema.invoice.PaymentSucceeded;
import dev.berth.schema.invoice.RefundFailed;
import dev.berth.schema.invoice.RefundSucceeded;
import dev.berth.schema.invoice.TestClockMoved;
import dev.berth.schema.rollout.RolloutEvent;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.standing.StandingEvent;
import dev.berth.schema.tenant.TenantEvent;
import dev.berth.schema.tenant.TenantReady;
import dev.berth.schema.tenant.TenantRemoved;
import dev.berth.schema.usage.UsageBegun;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageEvent;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.VolumeUsageCorrected;
import dev.berth.schema.usage.VolumeUsageRecorded;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.volume.VolumeDesired;
import dev.berth.schema.volume.VolumeEvent;
import dev.berth.schema.volume.VolumeRemoved;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadEvent;
import dev.berth.schema.workload.WorkloadRemoved;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Which events a customer sees, under which name, and what of them; pure. */
final class FeedRules {
    /** What an event becomes. */
    record Entry(
            AccountId account,
            String type,
            String subject,
            @Nullable WorkloadId workload,
            JsonNode data) {}

    private record Name(
            String type, TypeId subject, @Nullable WorkloadId workload) {}

    private FeedRules() {}

    /** The entry of an event, empty for what happens to no account. */
    static Optional<Entry> entry(Event event) {
        AccountId account = event.account();
        Name name = name(event);
        if (account == null || name == null) {
            return Optional.empty();
        }
        return Optional.of(new Entry(account, name.type, name.subject.toString(), name.workload, data(event)));
    }

    private static @Nullable Name name(Event event) {
        return switch (event) {
            case AccountEvent account -> ofAccount(account);
            case TenantEvent tenant -> ofTenant(tenant);
            case WorkloadEvent workload -> ofWorkload(workload);
            case VolumeEvent volume -> ofVolume(volume);
            case RolloutEvent rollout -> ofRollout(rollout);
            case ContainerEvent container -> ofContainer(container);
            case UsageEvent usage -> ofUsage(usage);
            case InvoiceEvent invoice -> ofInvoice(invoice);
            case StandingEvent standing -> ofStanding(standing);
            case CapEvent cap -> ofCap(cap);
            default -> throw new IllegalArgumentException("an event of no topic: %s".formatted(event.getClass()));
        };
    }

    private static Name ofAccount(AccountEvent event) {
        return switch (event) {
            case AccountOpened opened -> new Name("account.opened", opened.account(), null);
            case AccountRenamed renamed -> new Name("account.renamed", renamed.account(), null);
            case PlanChanged changed -> new Name("account.plan_changed", changed.account(), null);
            case AccountClosed closed -> new Name("account.closed", closed.account(), null);
        };
    }

    private static Name ofTenant(TenantEvent event) {
        return switch (event) {
            case TenantReady ready -> new Name("tenant.ready", ready.account(), null);
            case TenantRemoved removed -> new Name("tenant.removed", removed.account(), null);
        };
    }

    private static Name ofWorkload(WorkloadEvent event) {
        return switch (event) {
            case WorkloadDesired wish ->
                new Name(
                        wish.generation() == 1 ? "workload.created" : "workload.updated",
                        wish.workload(),
                        wish.workload());
            case WorkloadRemoved removed -> new Name("workload.removed", removed.workload(), removed.workload());
        };
    }

    private static Name ofVolume(VolumeEvent event) {
        return switch (event) {
            case VolumeDesired wish -> {
                String what = wish.purgeAt() != null ? "deleted" : wish.generation() == 1 ? "created" : "updated";
                yield new Name("volume." + what, wish.volume(), null);
            }
            case VolumeRemoved removed -> new Name("volume.purged", removed.volume(), null);
        };
    }

    private static Name ofRollout(RolloutEvent event) {
        return switch (event) {
            case RolloutObserved fact -> new Name("rollout." + fact.state().text(), fact.workload(), fact.workload());
        };
    }

    private static @Nullable Name ofContainer(ContainerEvent event) {
        return switch (event) {
            case ContainerStarted fact -> new Name("container.started", fact.container(), fact.workload());
            case ContainerResized fact -> new Name("container.resized", fact.container(), fact.workload());
            case ContainerPaused fact ->
                new Name(fact.paused() ? "container.paused" : "container.unpaused", fact.container(), fact.workload());
            case ContainerStopped fact -> new Name("container.stopped", fact.container(), fact.workload());
            case LaunchFailed fact -> new Name("container.launch_failed", fact.container(), fact.workload());
            case VolumeReady fact -> new Name("volume.ready", fact.volume(), null);
            case VolumeFailed fact -> new Name("volume.failed", fact.volume(), null);
            case VolumeDestroyed fact -> new Name("volume.destroyed", fact.volume(), null);
            case EgressMeasured ignored -> null; // one a minute of each container: usage shows it
            case Inventory ignored -> null;
        };
    }

    private static @Nullable Name ofUsage(UsageEvent event) {
        return switch (event) {
            case UsageCorrected fact -> new Name("usage.corrected", fact.container(), fact.workload());
            case VolumeUsageCorrected fact -> new Name("usage.corrected", fact.volume(), null);
            case UsageRecorded ignored -> null;
            case VolumeUsageRecorded ignored -> null;
            case UsageBegun ignored -> null;
            case WatermarkAdvanced ignored -> null;
        };
    }

    private static @Nullable Name ofInvoice(InvoiceEvent event) {
        return switch (event) {
            case InvoiceFinalized fact -> new Name("invoice.finalized", fact.invoice(), null);
            case PaymentSucceeded fact -> new Name("payment.succeeded", fact.invoice(), null);
            case PaymentFailed fact -> new Name("payment.failed", fact.invoice(), null);
            case CreditNoteIssued fact -> new Name("credit_note.issued", fact.invoice(), null);
            case PaymentActionRequired fact -> new Name("payment.action_required", fact.invoice(), null);
            case PaymentRetryScheduled fact -> new Name("payment.retry_scheduled", fact.invoice(), null);
            case DisputeOpened fact -> new Name("payment.dispute_opened", fact.invoice(), null);
            case DisputeClosed fact -> new Name("payment.dispute_closed", fact.invoice(), null);
            case RefundSucceeded fact -> new Name("refund.succeeded", fact.invoice(), null);
            case RefundFailed fact -> new Name("refund.failed", fact.invoice(), null);
            case InvoiceVoided fact -> new Name("invoice.voided", fact.invoice(), null);
            case InvoiceWrittenOff fact -> new Name("invoice.written_off", fact.invoice(), null);
            case TestClockMoved ignored -> null; // one for each moment of a test clock: the operator's API shows it
        };
    }

    private static Name ofStanding(StandingEvent event) {
        return switch (event) {
            case StandingChanged changed -> new Name("standing.changed", changed.account(), null);
        };
    }

    private static Name ofCap(CapEvent event) {
        return switch (event) {
            case SpendCapChanged fact -> capName("changed", fact.account(), fact.workload());
            case SpendCapNotice fact -> capName("notice", fact.account(), fact.workload());
            case SpendCapCredited fact -> capName("credited", fact.account(), fact.workload());
        };
    }

    private static Name capName(String what, AccountId account, @Nullable WorkloadId workload) {
        return new Name("spend_cap." + what, workload == null ? account : workload, workload);
    }

    /** The event's own JSON; a wish without the values of its environment and what is in its files, which may be secret. */
    private static JsonNode data(Event event) {
        ObjectNode data = Json.mapper().valueToTree(event);
        if (event instanceof WorkloadDesired wish) {
            data.remove("env");
            data.set("env_names", Json.mapper().valueToTree(wish.env().keySet()));
            if (data.get("secrets") instanceof ArrayNode secrets) {
                secrets.forEach(secret -> ((ObjectNode) secret).remove("sealed"));
            }
            if (data.get("registry_login") instanceof ObjectNode login) {
                login.retain("registry");
            }
            if (data.get("files") instanceof ArrayNode files) {
                files.forEach(file -> ((ObjectNode) file).remove("content"));
            }
        }
        return data;
    }
}
