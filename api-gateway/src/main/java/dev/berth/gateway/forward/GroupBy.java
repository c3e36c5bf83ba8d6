package dev.berth.gateway.forward;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the rows of an answer about use stand for. */
public enum GroupBy {
    WORKLOAD,
    CONTAINER,
    DAY,
    HOUR;

    /** The name in the query. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static GroupBy parse(String text) {
        return Arrays.stream(values())
                .filter(one -> one.text().equals(text))
                .findFirst()
                .orElseThrow(() -> Refusal.of(ErrorCode.INVALID, "group_by is not known.")
                        .field(
                                "group_by",
                                "must be one of "
                                        + Arrays.stream(values())
                                                .map(GroupBy::text)
                                                .collect(Collectors.joining(", "))));
    }
}
