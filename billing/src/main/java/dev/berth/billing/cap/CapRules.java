package dev.berth.billing.cap;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides on a cap from what was used of it. Pure.
 *
 * <p>Goals: each of 75, 90 and 100 % is noticed once for each period, in this order; a cap that is reached stays so until the period
 * is over or the cap itself is another, although what was used may be corrected; another amount is judged anew at once. Looking
 * twice, or at an earlier period, changes nothing.
 *
 * <p>Example: a cap of 100; used 74, 91, 103, 99: nothing; notices 75 and 90; notice 100 and reached; nothing, it stays reached.
 * Raised to 200: released, and nothing of this period is noticed again. Next period: as new.
 */
public final class CapRules {
    /** The percentages at which people are told. */
    public static final List<Integer> NOTICES = List.of(75, 90, 100);

    /** What changed about being reached. */
    public enum Turn {
        NONE,
        REACHED,
        RELEASED
    }

    /**
     * How a cap stands in a period.
     *
     * @param notified the last percentage that was noticed, 0 for none
     * @param judgedMinor the amount it was judged by; null when there was none
     */
    public record State(
            Instant periodStart,
            int notified,
            boolean reached,
            @Nullable Long judgedMinor) {
        static State fresh(Instant periodStart) {
            return new State(periodStart, 0, false, null);
        }
    }

    /** What follows: how it stands now, whom to tell what, and whether its action begins or ends. */
    public record Decision(State after, List<Integer> notices, Turn turn) {
        /**
         * Whether anything is to be written down: what is noticed or turns is another state.
         *
         * @param before what was decided on
         */
        public boolean changes(@Nullable State before) {
            return !after.equals(before);
        }
    }

    private CapRules() {}

    /**
     * Decides.
     *
     * @param before how it stood, null when it was never judged
     * @param amountMinor the cap, zero or more; null for none
     * @param periodStart of the period that goes on
     * @param usedMinor what that has cost so far
     */
    public static Decision decide(
            @Nullable State before, @Nullable Long amountMinor, Instant periodStart, long usedMinor) {
        if (before != null && before.periodStart().isAfter(periodStart)) {
            return new Decision(before, List.of(), Turn.NONE);
        }
        boolean samePeriod = before != null && before.periodStart().equals(periodStart);
        State state = before != null && samePeriod ? before : State.fresh(periodStart);
        boolean was = before != null && before.reached();
        if (amountMinor == null) {
            State after = new State(periodStart, state.notified(), false, null);
            return new Decision(after, List.of(), was ? Turn.RELEASED : Turn.NONE);
        }
        boolean same = amountMinor.equals(state.judgedMinor());
        boolean full = usedMinor >= amountMinor;
        boolean reached = full || (same && state.reached());
        List<Integer> notices = NOTICES.stream()
                .filter(percent -> percent > state.notified() && crossed(amountMinor, usedMinor, percent))
                .toList();
        int notified = notices.isEmpty() ? state.notified() : notices.getLast();
        Turn turn = reached == was ? Turn.NONE : reached ? Turn.REACHED : Turn.RELEASED;
        return new Decision(new State(periodStart, notified, reached, amountMinor), notices, turn);
    }

    /** Of a cap of nothing there is no part, only the whole. */
    private static boolean crossed(long amountMinor, long usedMinor, int percent) {
        if (amountMinor == 0) {
            return percent == 100 && usedMinor >= 0;
        }
        BigInteger used = BigInteger.valueOf(usedMinor).multiply(BigInteger.valueOf(100));
        return used.compareTo(BigInteger.valueOf(amountMinor).multiply(BigInteger.valueOf(percent))) >= 0;
    }

    /**
     * From which amount on use is credited once a cap is reached: so much beyond the cap as is used before what runs can be stopped. Who
     * sets a cap below what is used already, pays for that.
     *
     * @param before how it stood before it was reached
     * @param boundMinor what the time that stopping takes costs
     */
    public static long allowed(@Nullable State before, long amountMinor, long usedMinor, long boundMinor) {
        Long judged = before == null ? null : before.judgedMinor();
        boolean lowered = judged == null || amountMinor < judged;
        return Math.addExact(lowered ? Math.max(amountMinor, usedMinor) : amountMinor, boundMinor);
    }
}
