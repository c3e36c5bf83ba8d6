package dev.berth.gateway.edge;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one of those who run Berth may do with the operator's routes. Each route names one: a viewer's is open to all of them, any
 * other to that role and to admins. Lower case in JSON.
 */
public enum OperatorRole {
    /** Reads what there is, but no mails: the links in them let anybody in. */
    VIEWER,
    /** Reads, mails too, and helps accounts: quota, plan, announcements. */
    SUPPORT,
    /** Reads, and does what concerns money: invoices, closes, dunning. */
    FINANCE,
    /** Everything, and the keys of all others. */
    ADMIN;

    /** Whether it may do what a route needs. */
    public boolean may(OperatorRole needed) {
        return this == ADMIN || needed == VIEWER || this == needed;
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what the database has. */
    @JsonCreator
    public static OperatorRole of(String text) {
        return named(text).orElseThrow(() -> new IllegalArgumentException("no role of operators: " + text));
    }

    /** Reads what somebody wrote; empty for what is none. */
    public static Optional<OperatorRole> named(String text) {
        return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
    }

    /** All of them, for a message. */
    public static String list() {
        return Arrays.stream(values()).map(OperatorRole::text).collect(Collectors.joining(", "));
    }
}
