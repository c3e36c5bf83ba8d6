package dev.berth.gateway.portal;

import dev.berth.gateway.feed.FeedEvent;
import dev.berth.schema.unit.Money;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What happened, in a sentence. */
final class Sentences {
    /**
     * An event on a page.
     *
     * @param href where to read more, null for nowhere
     */
    record Line(
            String type,
            String tone,
            String title,
            @Nullable String detail,
            @Nullable String href,
            String actor,
            String at,
            String time) {}

    record Text(
            String tone,
            String title,
            @Nullable String detail,
            @Nullable String href) {}

    private Sentences() {}

    static Line of(FeedEvent event, Names.Book names, Format format) {
        Text text = text(event, names, format);
        return new Line(
                event.type(),
                text.tone,
                text.title,
                text.detail,
                text.href,
                event.actor().equals("berth") ? "Berth" : event.actor(),
                event.time().toString(),
                format.time(event.time()));
    }

    private static Text text(FeedEvent event, Names.Book names, Format format) {
        JsonNode data = event.data();
        String name = event.workload() != null
                ? names.of(event.workload().toString())
                : event.subject().startsWith("vol_") ? names.of(event.subject()) : "";
        String workload = event.workload() == null ? null : "/workloads/" + event.workload();
        return switch (event.type()) {
            case "account.opened" -> new Text("ok", "The account was opened", null, null);
            case "account.renamed" -> new Text("info", "The account is now called " + text(data, "name"), null, null);
            case "account.plan_changed" -> new Text("info", "The plan is now " + text(data, "plan"), null, "/overview");
            case "account.closing" ->
                new Text(
                        "bad",
                        "The account was closed",
                        "until " + text(data, "ends_at") + " it can be reopened",
                        null);
            case "account.reopened" -> new Text("ok", "The account was reopened", null, null);
            case "account.closed" -> new Text("bad", "The account was closed", text(data, "reason"), null);
            case "tenant.ready" -> new Text("ok", "Your private network is ready", text(data, "subnet"), "/overview");
            case "tenant.removed" -> new Text("", "Your private network was removed", null, null);
            case "workload.created" ->
                new Text("info", "%s was created".formatted(text(data, "name")), wish(data), workload);
            case "workload.updated" ->
                new Text("info", "%s was changed".formatted(text(data, "name")), wish(data) + because(event), workload);
            case "workload.removed" -> new Text("", "%s was deleted".formatted(name), null, workload);
            case "rollout.progressing" ->
                new Text("info", "%s is changing over".formatted(name), changedOver(data), workload);
            case "rollout.paused" ->
                new Text("info", "The rollout of %s is paused".formatted(name), changedOver(data), workload);
            case "rollout.awaiting" ->
                new Text(
                        "warn",
                        "The rollout of %s waits for you to let it go on or abort it".formatted(name),
                        changedOver(data),
                        workload);
            case "rollout.complete" ->
                new Text("ok", "%s runs as it should".formatted(name), changedOver(data), workload);
            case "rollout.rolled_back" ->
                new Text(
                        "bad",
                        "The rollout of %s failed and was rolled back".formatted(name),
                        text(data, "message"),
                        workload);
            case "rollout.failed" ->
                new Text("bad", "The rollout of %s failed".formatted(name), text(data, "message"), workload);
            case "container.started" ->
                new Text("ok", "A container of %s started".formatted(name), where(data), workload);
            case "container.resized" ->
                new Text(
                        "info",
                        "A container of %s was resized".formatted(name),
                        format.size(
                                data.path("cpu_millis").asInt(),
                                data.path("memory_mib").asInt()),
                        workload);
            case "container.paused" -> new Text("info", "A container of %s is paused".formatted(name), null, workload);
            case "container.unpaused" -> new Text("info", "A container of %s goes on".formatted(name), null, workload);
            case "container.stopped" -> stopped(data, name, format, workload);
            case "container.launch_failed" ->
                new Text("bad", "A container of %s could not start".formatted(name), text(data, "message"), workload);
            case "volume.created", "volume.updated", "volume.deleted", "volume.purged" -> volumeWish(event, format);
            case "volume.ready", "volume.failed", "volume.destroyed" -> volumeFact(event, name);
            case "usage.corrected" ->
                new Text("warn", "Use of %s was corrected".formatted(name), text(data, "reason"), "/usage");
            case "webhook.delivery_failed" ->
                new Text(
                        "bad",
                        "A webhook was never taken: %s".formatted(text(data, "event_type")),
                        "after %d attempts; the last %s"
                                .formatted(data.path("attempts").asInt(), text(data, "message")),
                        "/webhooks/%s/deliveries/%s".formatted(event.subject(), text(data, "delivery")));
            case "webhook.endpoint_disabled" ->
                new Text(
                        "bad",
                        "A webhook endpoint was disabled: %s".formatted(text(data, "url")),
                        text(data, "reason"),
                        "/webhooks/" + event.subject());
            default -> aboutMoney(event, format);
        };
    }

    private static Text volumeWish(FeedEvent event, Format format) {
        JsonNode data = event.data();
        String volume = "/volumes/" + event.subject();
        String called = text(data, "name");
        return switch (event.type()) {
            case "volume.created" ->
                new Text("info", "The volume %s was created".formatted(called), gib(data, "size_gib"), volume);
            case "volume.deleted" ->
                new Text(
                        "warn",
                        "The volume %s was deleted".formatted(called),
                        format.sentence("its data is kept until " + text(data, "purge_at")),
                        volume);
            case "volume.purged" -> new Text("", "The data of a deleted volume is destroyed", null, volume);
            default -> new Text("info", "The volume %s was changed".formatted(called), gib(data, "size_gib"), volume);
        };
    }

    private static Text volumeFact(FeedEvent event, String name) {
        JsonNode data = event.data();
        String volume = "/volumes/" + event.subject();
        return switch (event.type()) {
            case "volume.ready" ->
                new Text("ok", "The volume %s is as it is wished".formatted(name), gib(data, "size_gib"), volume);
            case "volume.failed" ->
                new Text("bad", "The volume %s is not as it is wished".formatted(name), text(data, "message"), volume);
            default -> new Text("", "The volume %s is gone".formatted(name), null, volume);
        };
    }

    private static String gib(JsonNode data, String field) {
        return data.path(field).asInt() + " GiB";
    }

    private static Text aboutMoney(FeedEvent event, Format format) {
        JsonNode data = event.data();
        String invoice = "/invoices/" + event.subject();
        return switch (event.type()) {
            case "invoice.finalized" ->
                new Text(
                        "info",
                        "Invoice %s over %s".formatted(text(data, "number"), money(data, "total_minor", format)),
                        null,
                        invoice);
            case "payment.succeeded" ->
                new Text("ok", "%s was paid".formatted(money(data, "amount_minor", format)), null, invoice);
            case "payment.failed" ->
                new Text(
                        "bad",
                        "A payment of %s failed".formatted(money(data, "amount_minor", format)),
                        text(data, "message"),
                        invoice);
            case "payment.action_required",
                    "payment.retry_scheduled",
                    "payment.dispute_opened",
                    "payment.dispute_closed",
                    "refund.succeeded",
                    "refund.failed" -> PaymentSentences.of(event, money(data, "amount_minor", format), format, invoice);
            case "credit_note.issued" ->
                new Text(
                        "ok",
                        "A credit note over %s".formatted(money(data, "total_minor", format)),
                        text(data, "reason"),
                        invoice);
            case "invoice.voided" ->
                new Text(
                        "", "Invoice %s was taken back".formatted(text(data, "number")), text(data, "reason"), invoice);
            case "invoice.written_off" ->
                new Text("", "Invoice %s is taken for uncollectible".formatted(text(data, "number")), null, invoice);
            case "standing.changed" -> {
                String standing = text(data, "standing");
                yield new Text(
                        standing.equals("good") ? "ok" : "warn",
                        "The account is %s"
                                .formatted(standing.equals("good") ? "in good standing" : standing.replace('_', ' ')),
                        text(data, "reason"),
                        "/invoices");
            }
            case "spend_cap.notice" ->
                new Text(
                        data.path("percent").asInt() >= 100 ? "bad" : "warn",
                        "%d %% of a spend cap of %s is used"
                                .formatted(data.path("percent").asInt(), money(data, "amount_minor", format)),
                        null,
                        "/spend-cap");
            case "spend_cap.credited" ->
                new Text(
                        "ok",
                        "%s used beyond a spend cap is credited".formatted(money(data, "credited_minor", format)),
                        null,
                        "/spend-cap");
            case "spend_cap.changed" ->
                new Text(
                        data.path("reached").asBoolean() ? "bad" : "",
                        data.path("reached").asBoolean() ? "A spend cap is reached" : "A spend cap was changed",
                        text(data, "reason").replace('_', ' '),
                        "/spend-cap");
            default -> new Text("", event.type(), null, null);
        };
    }

    private static Text stopped(JsonNode data, String name, Format format, @Nullable String workload) {
        String ran = "ran for " + format.duration(span(data));
        int code = data.path("exit_code").asInt(0);
        return switch (text(data, "reason")) {
            case "exited" ->
                new Text(
                        code == 0 ? "ok" : "bad",
                        "A container of %s ended with exit code %d".formatted(name, code),
                        ran,
                        workload);
            case "oom_killed" -> new Text("bad", "A container of %s ran out of memory".formatted(name), ran, workload);
            case "disk_full" ->
                new Text("bad", "A container of %s wrote more to disk than it may".formatted(name), ran, workload);
            case "unhealthy" ->
                new Text("bad", "A container of %s was ended: its health check failed".formatted(name), ran, workload);
            case "replaced" -> new Text("", "A container of %s was replaced".formatted(name), ran, workload);
            case "suspended" ->
                new Text("warn", "A container of %s stopped: the account is suspended".formatted(name), ran, workload);
            case "max_runtime" ->
                new Text("warn", "A container of %s ran for as long as it may".formatted(name), ran, workload);
            case "platform" ->
                new Text("warn", "A container of %s was ended by the platform".formatted(name), ran, workload);
            default -> new Text("", "A container of %s was stopped".formatted(name), ran, workload);
        };
    }

    private static long span(JsonNode data) {
        try {
            return Duration.between(Instant.parse(text(data, "started_at")), Instant.parse(text(data, "finished_at")))
                    .toMillis();
        } catch (java.time.DateTimeException e) {
            return 0;
        }
    }

    private static String wish(JsonNode data) {
        String held = text(data, "held_by");
        return "%s: %s × %s%s"
                .formatted(
                        text(data, "state"),
                        data.path("replicas").asInt(),
                        Format.image(text(data, "image")),
                        held.isEmpty() ? "" : ", held back: " + held.replace('_', ' '));
    }

    private static String because(FeedEvent event) {
        String reason = event.cause().reason();
        return reason == null ? "" : " (%s)".formatted(reason);
    }

    private static String where(JsonNode data) {
        return "replica %d, generation %d"
                .formatted(data.path("replica").asInt(), data.path("generation").asInt());
    }

    private static String changedOver(JsonNode data) {
        return "revision %d: %d changed over, %d ready"
                .formatted(
                        data.path("revision").asLong(),
                        data.path("updated").asInt(),
                        data.path("ready").asInt());
    }

    private static String money(JsonNode data, String field, Format format) {
        return format.money(new Money(data.path(field).asLong(), text(data, "currency")));
    }

    private static String text(JsonNode data, String field) {
        return data.path(field).asString("");
    }
}
