package dev.berth.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Requests at a fixed rate, whether or not those before were answered (an open model). The time of each begins when it was due and not when
 * it was sent, so that a pause of what is measured counts for all that came in meanwhile (coordinated omission, Gil Tene).
 */
final class Pace {
    private static final long LONGEST_MICROS = 60_000_000;
    private static final int DIGITS = 3;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** What came of it: the times in microseconds, and how many were not answered with 2xx. */
    record Run(Histogram micros, long refused) {
        double p50Ms() {
            return micros.getValueAtPercentile(50) / 1000.0;
        }

        double p99Ms() {
            return micros.getValueAtPercentile(99) / 1000.0;
        }
    }

    /**
     * Sends for a while.
     *
     * @param request makes the one of a number
     */
    Run send(int perSecond, Duration during, IntFunction<HttpRequest> request) throws InterruptedException {
        Histogram micros = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);
        AtomicLong refused = new AtomicLong();
        int count = Math.toIntExact(perSecond * during.toMillis() / 1000);
        long began = System.nanoTime();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                long due = began + i * 1_000_000_000L / perSecond;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                HttpRequest one = request.apply(i);
                senders.execute(() -> {
                    if (!sent(one)) {
                        refused.incrementAndGet();
                    }
                    micros.recordValue(Math.clamp((System.nanoTime() - due) / 1000, 1, LONGEST_MICROS));
                });
            }
        }
        return new Run(micros, refused.get());
    }

    private boolean sent(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() / 100 == 2;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
