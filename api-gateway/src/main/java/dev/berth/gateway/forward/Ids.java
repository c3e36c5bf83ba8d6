package dev.berth.gateway.forward;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.id.WorkloadId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what callers put into paths and queries, before anything of it goes on. Ids that are none do not exist: 404. */
final class Ids {
    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z"); // a day less: the same year in every zone
    private static final int MAX_TIME = 40;
    private static final Pattern SAME_TIME = Pattern.compile("~[0-9]{1,6}$");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private Ids() {}

    static WorkloadId workload(String text) {
        return GivenId.need("workload", text, WorkloadId::parse);
    }

    static ContainerId container(String text) {
        return GivenId.need("container", text, ContainerId::parse);
    }

    static InvoiceId invoice(String text) {
        return GivenId.need("invoice", text, InvoiceId::parse);
    }

    static InvoiceLineId line(String text) {
        return GivenId.need("invoice line", text, InvoiceLineId::parse);
    }

    static PaymentMethodId paymentMethod(String text) {
        return GivenId.need("payment method", text, PaymentMethodId::parse);
    }

    static AccountId account(String text) {
        return GivenId.need("account", text, AccountId::parse);
    }

    /** The name of a host, which is a machine's. */
    static String host(String text) {
        return name("host", text);
    }

    /** A name that somebody else gives. */
    static String name(String what, String text) {
        if (!NAME.matcher(text).matches()) {
            throw Refusal.notFound(what, text);
        }
        return text;
    }

    /** The id in a query parameter, which is refused with 422 when it is none. */
    static @Nullable AccountId accountParameter(@Nullable String text) {
        return text == null
                ? null
                : GivenId.read(text, AccountId::parse)
                        .orElseThrow(() -> invalid("account", "must be the id of an account"));
    }

    /** An instant in RFC 3339, or a date that stands for its first moment in the zone. */
    static @Nullable Instant instant(String name, @Nullable String text, ZoneId zone) {
        if (text == null) {
            return null;
        }
        try {
            Instant instant = text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
            if (!instant.isBefore(FIRST) && instant.isBefore(END)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // Falls through to the same answer as a time that nothing can be known of.
        }
        throw invalid(
                name,
                "must be a time such as 2026-11-22T08:00:00Z or a date such as 2026-11-22, in the years 1970 to 9999");
    }

    /**
     * The id of a line of a log in a stream, which is its time to the nanosecond and, if others before it have the same, {@code ~} and
     * how many: checked, and left as it is.
     */
    static String lineId(String name, String text) {
        try {
            if (text.length() <= MAX_TIME
                    && !Instant.parse(SAME_TIME.matcher(text).replaceFirst("")).isBefore(FIRST)) {
                return text;
            }
        } catch (DateTimeException e) {
            // Falls through to the same answer as a time that no line can have.
        }
        throw invalid(name, "must be the id of the last event that was read");
    }

    /** One of some words. */
    static @Nullable String word(String name, @Nullable String text, List<String> known) {
        if (text != null && !known.contains(text)) {
            Refusal refusal = invalid(name, "must be one of " + String.join(", ", known));
            throw Words.closest(text, known)
                    .map(meant -> refusal.hint("Did you mean '%s'?".formatted(meant)))
                    .orElse(refusal);
        }
        return text;
    }

    /** Some text in one line, not blank. */
    static @Nullable String text(String name, @Nullable String text, int most) {
        if (text != null
                && (text.isBlank() || text.length() > most || text.chars().anyMatch(Character::isISOControl))) {
            throw invalid(name, "must have 1 to %d characters, none of them a control character".formatted(most));
        }
        return text;
    }

    /** A whole number in a range. */
    static @Nullable Long number(String name, @Nullable String text, long least, long most) {
        if (text == null) {
            return null;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the same answer as a number out of range.
        }
        throw invalid(name, "must be a whole number from %d to %d".formatted(least, most));
    }

    /** {@code true} or {@code false}, also as 1 and 0. */
    static boolean flag(String name, @Nullable String text) {
        if (text == null) {
            return false;
        }
        return switch (text) {
            case "true", "1", "" -> true;
            case "false", "0" -> false;
            default -> throw invalid(name, "must be true or false");
        };
    }

    static Refusal invalid(String field, String message) {
        return Refusal.of(ErrorCode.INVALID, "%s %s.".formatted(field, message)).field(field, message);
    }
}
