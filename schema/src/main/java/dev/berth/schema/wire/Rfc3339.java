package dev.berth.schema.wire;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * Instants as text. The one form that Berth writes, {@code 2026-11-22T08:00:00.000Z}, is read and written by hand: every event carries
 * several, and the general formatter costs more than all the rest of an envelope. Any other form goes to the JDK's own parser, so what is
 * accepted, and what it means, is the same.
 */
final class Rfc3339 {
    private static final int LENGTH = "2026-11-22T08:00:00.000Z".length();
    private static final DateTimeFormatter GENERAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final long DAY_SECONDS = 86_400;
    private static final long YEAR_0 = -62_167_219_200L;
    private static final long YEAR_10000 = 253_402_300_800L;

    private Rfc3339() {}

    /**
     * Reads an instant.
     *
     * @throws DateTimeParseException if {@link Instant#parse} does not accept it
     */
    static Instant parse(String text) {
        return isPlain(text) ? plain(text) : Instant.parse(text);
    }

    /** Whether the text has the one form, with a date and a time that exist. */
    static boolean isPlain(String text) {
        if (text.length() != LENGTH
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || text.charAt(19) != '.'
                || text.charAt(23) != 'Z') {
            return false;
        }
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int year = number(text, 0, 4);
        if (year < 0 || month < 1 || month > 12 || day < 1) {
            return false;
        }
        boolean leap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
        return day <= Month.of(month).length(leap)
                && isBelow(number(text, 11, 13), 24)
                && isBelow(number(text, 14, 16), 60)
                && isBelow(number(text, 17, 19), 60)
                && number(text, 20, 23) >= 0;
    }

    private static boolean isBelow(int number, int limit) {
        return number >= 0 && number < limit;
    }

    private static Instant plain(String text) {
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        int second = (number(text, 11, 13) * 60 + number(text, 14, 16)) * 60 + number(text, 17, 19);
        return Instant.ofEpochSecond(day * DAY_SECONDS + second, number(text, 20, 23) * 1_000_000L);
    }

    /** The digits from one place up to another, -1 when one is none. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Writes an instant in the one form; cuts below the millisecond. */
    static String text(Instant instant) {
        long seconds = instant.getEpochSecond();
        if (seconds < YEAR_0 || seconds >= YEAR_10000) {
            return GENERAL.format(instant);
        }
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY_SECONDS));
        int second = (int) Math.floorMod(seconds, DAY_SECONDS);
        char[] text = "0000-00-00T00:00:00.000Z".toCharArray();
        put(text, 4, date.getYear());
        put(text, 7, date.getMonthValue());
        put(text, 10, date.getDayOfMonth());
        put(text, 13, second / 3600);
        put(text, 16, second / 60 % 60);
        put(text, 19, second % 60);
        put(text, 23, instant.getNano() / 1_000_000);
        return new String(text);
    }

    /** Writes digits so that they end before a place. */
    private static void put(char[] text, int end, int number) {
        int rest = number;
        for (int i = end - 1; rest > 0; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
