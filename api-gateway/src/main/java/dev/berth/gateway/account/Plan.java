package dev.berth.gateway.account;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is sold: a name and limits. An operator may give an account other limits than its plan's. Lower case in JSON. */
public enum Plan {
    STARTER(new Limits(10, 8_000, 16_384, 5, 50)),
    TEAM(new Limits(50, 40_000, 81_920, 25, 500)),
    BUSINESS(new Limits(200, 160_000, 327_680, 100, 2_000)),

    /** For demonstrations and walks: its prices are so high that seconds show on an invoice. Accepted, but not offered. */
    SHOWCASE(new Limits(10, 8_000, 16_384, 5, 50));

    private final Limits limits;

    Plan(Limits limits) {
        this.limits = limits;
    }

    /** The limits that come with it. */
    public Limits limits() {
        return limits;
    }

    /** The plans that are shown to people, the smallest first. */
    public static List<Plan> offered() {
        return Arrays.stream(values()).filter(plan -> plan != SHOWCASE).toList();
    }

    /** The plan of a name, empty for none. */
    public static Optional<Plan> named(String text) {
        return Arrays.stream(values()).filter(plan -> plan.text().equals(text)).findFirst();
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
