package dev.berth.billing.rating;

import dev.berth.billing.edge.Refusal;
import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A usage answer of metering, as it comes to be priced: read with care, kept whole, so that its fields that billing does not
 * know are passed on.
 *
 * @param range what was measured
 * @param rows the rows, at most {@link #MAX_ROWS}
 * @param total the sum
 */
public record UsageBody(ObjectNode body, Period range, List<ObjectNode> rows, ObjectNode total) {
    /** The most rows. */
    public static final int MAX_ROWS = 10_000;

    /** The key of the row that sums what has none of its own, when there is more than fits. */
    public static final String OTHERS = "other";

    private static final Pattern QUANTITY = Pattern.compile("[0-9]{1,30}(\\.[0-9]{1,30})?");

    /**
     * Reads a body.
     *
     * @throws Refusal {@code invalid} if a field is missing or malformed
     */
    public static UsageBody read(ObjectNode body) {
        Instant from = instant(body, "from");
        Instant to = instant(body, "to");
        if (to.isBefore(from)) {
            throw Refusal.invalid("to", "must not be before from");
        }
        if (!(body.get("data") instanceof ArrayNode data) || data.size() > MAX_ROWS) {
            throw Refusal.invalid("data", "a list of at most %d rows is needed".formatted(MAX_ROWS));
        }
        List<ObjectNode> rows = new ArrayList<>(data.size());
        for (JsonNode row : data) {
            if (!(row instanceof ObjectNode object)) {
                throw Refusal.invalid("data[%d]".formatted(rows.size()), "must be an object");
            }
            rows.add(object);
        }
        if (!(body.get("total") instanceof ObjectNode total)) {
            throw Refusal.invalid("total", "must be an object");
        }
        return new UsageBody(body, new Period(from, to), rows, total);
    }

    /**
     * A quantity of a row, zero where the row does not have it.
     *
     * @throws Refusal {@code invalid} if it is no decimal string
     */
    public static BigDecimal quantity(ObjectNode row, String meter) {
        JsonNode value = row.get(meter);
        if (value == null) {
            return BigDecimal.ZERO;
        }
        if (!value.isString() || !QUANTITY.matcher(value.asString()).matches()) {
            throw Refusal.invalid(meter, "a decimal string is needed");
        }
        return new BigDecimal(value.asString());
    }

    private static Instant instant(ObjectNode body, String field) {
        JsonNode value = body.get(field);
        try {
            if (value != null && value.isString()) {
                return Instant.parse(value.asString());
            }
        } catch (DateTimeParseException e) {
            throw Refusal.invalid(field, "an instant in RFC 3339 is needed");
        }
        throw Refusal.invalid(field, "an instant in RFC 3339 is needed");
    }
}
