package dev.berth.stripe.wire;

import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stripe's search language: clauses such as {@code status:'succeeded'}, {@code metadata['k']:'v'}, {@code -created<5}, joined either all by
 * {@code AND} or all by {@code OR}. Source: Stripe's documentation, "Search".
 */
public final class Search {
    private static final Pattern CLAUSE = Pattern.compile(
            "\\s*(-?)([a-z_]+(?:\\.[a-z_]+)*)(?:\\[(?:'([^']*)'|\"([^\"]*)\")])?\\s*(:|~|<=|>=|<|>)\\s*(?:'((?:[^'\\\\]|\\\\.)*)'|\"((?:[^\"\\\\]|\\\\.)*)\"|([A-Za-z0-9_]+))\\s*");
    private static final Pattern JOIN = Pattern.compile("\\G(AND|OR|and|or)\\b");

    private Search() {}

    /**
     * The page that is asked for.
     *
     * @param upTo the newest that the index has: what was made later (in s since 1970) is not found yet
     */
    public static ObjectNode page(Tx tx, String kind, String url, Params params, long upTo) {
        params.only("query", "limit", "page");
        Predicate<ObjectNode> matches = matcher(params.need("query"));
        List<ObjectNode> all = tx.newestFirst(kind).stream()
                .filter(matches)
                .filter(object -> Json.number(object, "created") <= upTo)
                .toList();
        int from = offset(params);
        int to = Math.min(all.size(), from + Paging.limit(params));
        boolean more = to < all.size();
        return Json.of(
                "object",
                "search_result",
                "data",
                from >= to
                        ? List.of()
                        : all.subList(from, to).stream()
                                .map(ObjectNode::deepCopy)
                                .toList(),
                "has_more",
                more,
                "next_page",
                more ? "page_" + to : null,
                "url",
                url);
    }

    private static int offset(Params params) {
        String page = params.text("page").orElse("page_0");
        if (!page.matches("page_\\d{1,8}")) {
            throw StripeError.invalid(null, "Invalid page token: " + page, "page");
        }
        return Integer.parseInt(page.substring("page_".length()));
    }

    static Predicate<ObjectNode> matcher(String query) {
        List<Predicate<ObjectNode>> clauses = new ArrayList<>();
        String joint = "";
        Matcher clause = CLAUSE.matcher(query);
        Matcher join = JOIN.matcher(query);
        int at = 0;
        while (true) {
            if (!clause.find(at) || clause.start() != at) {
                throw bad(query);
            }
            clauses.add(predicate(clause));
            at = clause.end();
            if (at == query.length()) {
                break;
            }
            if (!join.find(at)) {
                throw bad(query);
            }
            String word = join.group(1).toUpperCase(Locale.ROOT);
            if (!joint.isEmpty() && !joint.equals(word)) {
                throw StripeError.invalid(null, "You cannot combine AND and OR in a single query.", "query");
            }
            joint = word;
            at = join.end();
        }
        boolean any = joint.equals("OR");
        return object -> any
                ? clauses.stream().anyMatch(one -> one.test(object))
                : clauses.stream().allMatch(one -> one.test(object));
    }

    private static StripeError bad(String query) {
        return StripeError.invalid(
                null,
                "We were unable to parse your search query: `%s`. Read more: https://stripe.com/docs/search#search-query-language"
                        .formatted(query),
                "query");
    }

    private static Predicate<ObjectNode> predicate(Matcher clause) {
        boolean not = !clause.group(1).isEmpty();
        String field = clause.group(2);
        String key = first(clause.group(3), clause.group(4));
        String operator = clause.group(5);
        boolean bare = clause.group(8) != null;
        String wanted = first(first(clause.group(6), clause.group(7)).replaceAll("\\\\(.)", "$1"), clause.group(8));
        Predicate<ObjectNode> test = object -> {
            JsonNode value = object;
            for (String step : field.split("\\.")) {
                value = value.path(step);
            }
            if (!key.isEmpty()) {
                value = value.path(key);
            }
            return matches(value, operator, wanted, bare);
        };
        return not ? test.negate() : test;
    }

    private static String first(
            @org.jspecify.annotations.Nullable String one, @org.jspecify.annotations.Nullable String other) {
        return one != null && !one.isEmpty() ? one : other == null ? "" : other;
    }

    private static boolean matches(JsonNode value, String operator, String wanted, boolean bare) {
        if (bare && wanted.equals("null")) {
            return value.isNull() || value.isMissingNode();
        }
        if (value.isNumber() && wanted.matches("-?\\d{1,18}")) {
            int order = Long.compare(value.longValue(), Long.parseLong(wanted));
            return switch (operator) {
                case ":" -> order == 0;
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                case ">=" -> order >= 0;
                default -> false;
            };
        }
        String text = value.asString("");
        return value.isValueNode()
                && !value.isNull()
                && switch (operator) {
                    case ":" -> text.equalsIgnoreCase(wanted);
                    case "~" -> text.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
                    default -> false;
                };
    }
}
