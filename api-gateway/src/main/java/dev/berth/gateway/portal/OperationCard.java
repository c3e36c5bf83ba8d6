package dev.berth.gateway.portal;

import dev.berth.gateway.operation.OperationState;
import dev.berth.gateway.operation.OperationView;
import dev.berth.schema.id.OperatorKeyId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operation as the pages show it.
 *
 * @param title what is done to what, such as {@code Scale web}
 * @param subjectHref where to read more of the thing; null for nowhere
 * @param took how long it took, or has taken until now
 */
record OperationCard(
        String id,
        String title,
        String verb,
        String subject,
        @Nullable String subjectHref,
        String state,
        String tone,
        @Nullable String message,
        String who,
        @Nullable String address,
        @Nullable String retryOf,
        String accepted,
        String deadline,
        String ended,
        String took,
        boolean running,
        boolean retriable,
        List<Step> steps) {
    /** What it changes of one thing. */
    record Step(
            String title,
            String subject,
            @Nullable String href,
            long generation,
            String state,
            String tone,
            @Nullable String message,
            String ended) {}

    private static final Map<String, String> DEEDS = Map.ofEntries(
            Map.entry("create", "Create"),
            Map.entry("start", "Start"),
            Map.entry("stop", "Stop"),
            Map.entry("restart", "Restart"),
            Map.entry("run", "Run"),
            Map.entry("pause", "Pause"),
            Map.entry("unpause", "Let go on"),
            Map.entry("deploy", "Change over"),
            Map.entry("rollback", "Roll back"),
            Map.entry("scale", "Scale"),
            Map.entry("resize", "Resize"),
            Map.entry("update", "Change"),
            Map.entry("remove", "Delete"),
            Map.entry("delete", "Delete"),
            Map.entry("undelete", "Take back the deletion of"),
            Map.entry("purge", "Destroy the data of"),
            Map.entry("grow", "Enlarge"),
            Map.entry("snapshot", "Take a snapshot of"),
            Map.entry("restore", "Restore"));

    /** As somebody sees it, who is the actor {@code me}. */
    static OperationCard of(OperationView view, String me, Names.Book names, Format format, Instant now) {
        OperationState state = view.state();
        Instant until = view.endedAt() == null ? now : view.endedAt();
        return new OperationCard(
                view.id().toString(),
                title(view.verb(), view.subject(), names),
                view.verb(),
                view.subject(),
                href(view.subject()),
                word(state),
                tone(state),
                sentence(view.message(), format),
                view.actor().equals(me) ? "you" : who(view.actor()),
                view.address(),
                view.retryOf() == null ? null : view.retryOf().toString(),
                format.exact(view.acceptedAt()),
                format.time(view.deadlineAt()),
                format.exact(view.endedAt()),
                format.duration(
                        Math.max(0, Duration.between(view.acceptedAt(), until).toMillis())),
                !state.isOver(),
                switch (state) {
                    case FAILED, TIMED_OUT, CANCELLED -> true;
                    case RUNNING, SUPERSEDED, SUCCEEDED -> false;
                },
                view.steps().stream()
                        .map(step -> new Step(
                                title(step.verb(), step.subject(), names),
                                step.subject(),
                                href(step.subject()),
                                step.generation(),
                                word(step.state()),
                                tone(step.state()),
                                sentence(step.message(), format),
                                format.exact(step.endedAt())))
                        .toList());
    }

    /** What is done to what; a verb that has no words here is shown as the API has it. */
    static String title(String verb, String subject, Names.Book names) {
        int at = verb.indexOf('.');
        String deed = DEEDS.getOrDefault(verb.substring(at + 1), words(verb));
        String kind = at > 0 && !verb.startsWith("workload.") ? " the " + words(verb.substring(0, at)) : "";
        return "%s%s %s".formatted(deed, kind, names.of(subject));
    }

    /** A state as a word. */
    static String word(OperationState state) {
        return words(state.text());
    }

    private static String words(String text) {
        return text.toLowerCase(Locale.ROOT).replace('_', ' ').replace('.', ' ');
    }

    private static String tone(OperationState state) {
        return switch (state) {
            case RUNNING -> "info";
            case SUCCEEDED -> "ok";
            case FAILED -> "bad";
            case TIMED_OUT -> "warn";
            case CANCELLED, SUPERSEDED -> "";
        };
    }

    private static String who(String actor) {
        return switch (actor) {
            case "berth" -> "Berth";
            case "operator" -> "the operator";
            default -> actor.startsWith(OperatorKeyId.PREFIX + "_") ? "the operator" : actor;
        };
    }

    private static @Nullable String sentence(@Nullable String message, Format format) {
        return message == null ? null : format.sentence(message);
    }

    private static @Nullable String href(String subject) {
        boolean known = subject.startsWith(WorkloadId.PREFIX + "_") || subject.startsWith(VolumeId.PREFIX + "_");
        return known ? Names.href(subject) : null;
    }
}
