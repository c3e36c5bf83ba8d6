package dev.berth.client.call;

import java.net.http.HttpHeaders;
import java.time.Duration;

/** Whether and when a call is made again. Pure. */
final class Retries {
    /** How often a call is made at most. */
    static final int TRIES = 4;

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final long FIRST_MILLIS = 200;

    private Retries() {}

    /** Before which answer the call is made again: too much at once, or a part that is away; or the same call still under way. */
    static boolean again(int status, String code) {
        return status == 429 || status == 503 || (status == 409 && code.equals("in_progress"));
    }

    /**
     * How long to wait before the next try.
     *
     * @param tried how often it was tried
     * @return negative when it is not worth to wait
     */
    static Duration pause(int tried, HttpHeaders headers) {
        Duration wanted = headers.firstValue("Retry-After")
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(backoff(tried));
        return tried >= TRIES || wanted.compareTo(LONGEST) > 0 ? Duration.ofSeconds(-1) : wanted;
    }

    /** Three times as long each time: 0.2, 0.6, 1.8 seconds. */
    static Duration backoff(int tried) {
        long millis = FIRST_MILLIS;
        for (int i = 1; i < Math.min(tried, 5); i++) {
            millis *= 3;
        }
        return Duration.ofMillis(millis);
    }
}
