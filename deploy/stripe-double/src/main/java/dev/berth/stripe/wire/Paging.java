package dev.berth.stripe.wire;

import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Tx;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/** Lists, the newest first, page by page with cursors. Source: Stripe's API reference, "Pagination". */
public final class Paging {
    private static final int DEFAULT_LIMIT = 10;
    private static final int MOST = 100;

    private Paging() {}

    /** A list as Stripe shows it. */
    public static ObjectNode list(String url, List<ObjectNode> data, boolean hasMore) {
        return Json.of("object", "list", "data", data, "has_more", hasMore, "url", url);
    }

    /** The page that is asked for of those of a kind that match, and also fit {@code created}. */
    public static ObjectNode page(Tx tx, String kind, String url, Params params, Predicate<ObjectNode> matches) {
        int limit = limit(params);
        Predicate<ObjectNode> inTime = created(params);
        List<ObjectNode> all =
                tx.newestFirst(kind).stream().filter(matches).filter(inTime).toList();
        int from = 0;
        int to = Math.min(all.size(), limit);
        boolean more = all.size() > limit;
        if (params.text("starting_after").isPresent()
                && params.text("ending_before").isPresent()) {
            throw StripeError.invalid(
                    null, "Received both starting_after and ending_before parameters. Please pass in only one.", null);
        }
        if (params.text("starting_after").isPresent()) {
            from = position(tx, kind, all, params.need("starting_after"), "starting_after") + 1;
            to = Math.min(all.size(), from + limit);
            more = to < all.size();
        } else if (params.text("ending_before").isPresent()) {
            to = position(tx, kind, all, params.need("ending_before"), "ending_before");
            from = Math.max(0, to - limit);
            more = from > 0;
        }
        return list(
                url, all.subList(from, to).stream().map(ObjectNode::deepCopy).toList(), more);
    }

    static int limit(Params params) {
        long limit = params.integer("limit").orElse(DEFAULT_LIMIT);
        if (limit < 1 || limit > MOST) {
            throw StripeError.invalid(
                    "parameter_invalid_integer",
                    limit < 1
                            ? "This value must be greater than or equal to 1."
                            : "This value must be less than or equal to %d (it currently is '%d')."
                                    .formatted(MOST, limit),
                    "limit");
        }
        return (int) limit;
    }

    /** Where the cursor is; one that the filter leaves out stands where it would be by its age. */
    private static int position(Tx tx, String kind, List<ObjectNode> all, String id, String param) {
        int known = IntStream.range(0, all.size())
                .filter(i -> Json.text(all.get(i), "id").equals(id))
                .findFirst()
                .orElse(-1);
        if (known >= 0) {
            return known;
        }
        List<String> everything =
                tx.newestFirst(kind).stream().map(one -> Json.text(one, "id")).toList();
        int place = everything.indexOf(id);
        if (place < 0) {
            throw StripeError.missing(kind, id, param);
        }
        List<String> newer = everything.subList(0, place);
        long before =
                all.stream().filter(one -> newer.contains(Json.text(one, "id"))).count();
        return param.equals("ending_before") ? (int) before : (int) before - 1;
    }

    private static Predicate<ObjectNode> created(Params params) {
        if (params.has("created") && !params.nests("created")) {
            long at = params.integer("created").orElse(0);
            return object -> Json.number(object, "created") == at;
        }
        Params range = params.nested("created").only("gt", "gte", "lt", "lte");
        long above = Math.max(
                range.integer("gte").orElse(Long.MIN_VALUE),
                range.integer("gt").isPresent() ? range.integer("gt").getAsLong() + 1 : Long.MIN_VALUE);
        long upTo = Math.min(
                range.integer("lte").orElse(Long.MAX_VALUE),
                range.integer("lt").isPresent() ? range.integer("lt").getAsLong() - 1 : Long.MAX_VALUE);
        return object -> Json.number(object, "created") >= above && Json.number(object, "created") <= upTo;
    }
}
