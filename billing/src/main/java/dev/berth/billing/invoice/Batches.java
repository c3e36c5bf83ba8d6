package dev.berth.billing.invoice;

import dev.berth.billing.time.AccountTime;
import dev.berth.schema.wire.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

/**
 * Does the same for many things, some of them in one transaction and several transactions at a time: what a commit costs is paid once for
 * all of a batch. A batch that fails is done again one by one, so that only what fails by itself is left. Thread-safe.
 */
final class Batches {
    /** How many share a transaction: enough that the commit no longer counts, few enough that locks are short. */
    static final int SIZE = 50;

    private final int parallel;

    /** So many transactions at a time, from 1 on. */
    Batches(int parallel) {
        this.parallel = parallel;
    }

    /** As many as the machine has processors, and not more than the pool of connections bears. */
    static Batches ofThisMachine() {
        return new Batches(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4));
    }

    /**
     * Does it.
     *
     * @param together does it for some, whole or not at all, and answers for how many there was something to do
     * @param failed told of each that failed by itself
     * @return the sum of the answers
     * @throws Lease.Fenced if another replica does it now; what is done is done
     */
    <T> int each(List<T> all, ToIntFunction<List<T>> together, BiConsumer<T, RuntimeException> failed) {
        List<Callable<Integer>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += SIZE) {
            List<T> batch = all.subList(from, Math.min(from + SIZE, all.size()));
            batches.add(() -> one(batch, together, failed));
        }
        if (AccountTime.isBound()) { // one account's: little, and other threads would not know its time
            return all.isEmpty() ? 0 : one(all, together, failed);
        }
        if (batches.isEmpty()) {
            return 0;
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(
                parallel, Thread.ofVirtual().name("batch-", 0).factory())) {
            int done = 0;
            for (Future<Integer> batch : threads.invokeAll(batches)) {
                done += batch.get();
            }
            return done;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static <T> int one(List<T> batch, ToIntFunction<List<T>> together, BiConsumer<T, RuntimeException> failed) {
        try {
            return together.applyAsInt(batch);
        } catch (Lease.Fenced e) {
            throw e;
        } catch (RuntimeException e) {
            if (batch.size() == 1) {
                failed.accept(batch.getFirst(), e);
                return 0;
            }
            return batch.stream()
                    .mapToInt(one -> one(List.of(one), together, failed))
                    .sum();
        }
    }
}
