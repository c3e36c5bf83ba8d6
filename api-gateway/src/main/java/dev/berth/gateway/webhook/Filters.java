package dev.berth.gateway.webhook;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Words;
import dev.berth.gateway.feed.FeedTypes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which events an endpoint gets, by filters such as {@code container.*} and {@code invoice.finalized}; none is all. Pure. */
final class Filters {
    /** Every type that is sent. What webhooks themselves did is not: it would make webhooks about webhooks. */
    static final List<String> SENT =
            FeedTypes.ALL.stream().filter(type -> !type.startsWith("webhook.")).toList();

    /** The most of an endpoint. */
    static final int MAX = 50;

    private static final String ANY = ".*";

    private Filters() {}

    /** The same without repetitions, or what is wrong with them. */
    static List<String> check(@Nullable List<@Nullable String> given, List<FieldError> errors) {
        List<String> checked = new ArrayList<>();
        if (given == null) {
            return checked;
        }
        if (given.size() > MAX) {
            errors.add(new FieldError("events", "has at most %d filters".formatted(MAX)));
            return checked;
        }
        for (int i = 0; i < given.size(); i++) {
            String filter = given.get(i);
            if (filter == null || SENT.stream().noneMatch(type -> matches(filter, type))) {
                errors.add(new FieldError("events[%d]".formatted(i), unknown(filter)));
            } else if (!checked.contains(filter)) {
                checked.add(filter);
            }
        }
        return checked;
    }

    private static String unknown(@Nullable String filter) {
        String rule = "must be a type of event such as invoice.finalized, or all of a kind such as container.*";
        return filter == null
                ? rule
                : Words.closest(filter, SENT)
                        .map(meant -> "%s; did you mean '%s'?".formatted(rule, meant))
                        .orElse(rule);
    }

    /** Whether an endpoint with these filters gets a type. */
    static boolean take(List<String> filters, String type) {
        return SENT.contains(type) && (filters.isEmpty() || filters.stream().anyMatch(one -> matches(one, type)));
    }

    private static boolean matches(String filter, String type) {
        return filter.equals(type)
                || (filter.endsWith(ANY) && type.startsWith(filter.substring(0, filter.length() - 1)));
    }

    /**
     * Lets somebody have events sent somewhere: whoever may not read a kind of event may not have it sent either.
     *
     * @throws dev.berth.gateway.edge.Refusal 403 that names the scope that is missing
     */
    static void allow(Principal.Customer caller, List<String> filters) {
        for (String type : SENT) {
            if (take(filters, type)) {
                caller.need(FeedTypes.scope(type), "An endpoint that gets '%s'".formatted(type));
            }
        }
    }
}
