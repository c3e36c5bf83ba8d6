package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.wire.Lease;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BatchesTest {
    /** What would be a transaction: all of a batch is done, or nothing of it. */
    @Property(tries = 200)
    void whatFailsByItselfIsLeftAndAllElseIsDoneOnce(
            @ForAll @IntRange(min = 0, max = 130) int count,
            @ForAll @IntRange(min = 1, max = 4) int parallel,
            @ForAll @Size(max = 10) Set<@IntRange(min = 0, max = 129) Integer> broken) {
        ConcurrentLinkedQueue<Integer> done = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Integer> failed = new ConcurrentLinkedQueue<>();
        List<Integer> all = IntStream.range(0, count).boxed().toList();

        int answered = new Batches(parallel)
                .each(
                        all,
                        batch -> {
                            assertThat(batch).hasSizeBetween(1, Batches.SIZE);
                            if (batch.stream().anyMatch(broken::contains)) {
                                throw new IllegalArgumentException("broken");
                            }
                            done.addAll(batch);
                            return batch.size();
                        },
                        (one, _) -> failed.add(one));

        Set<Integer> whole = new HashSet<>(all);
        whole.removeAll(broken);
        assertThat(done).containsExactlyInAnyOrderElementsOf(whole);
        assertThat(answered).isEqualTo(whole.size());
        List<Integer> hopeless = new ArrayList<>(all);
        hopeless.retainAll(broken);
        assertThat(failed).containsExactlyInAnyOrderElementsOf(hopeless);
    }

    @Test
    void aReplicaThatLostItsLeaseDoesNotTryOneByOne() {
        ConcurrentLinkedQueue<Integer> asked = new ConcurrentLinkedQueue<>();
        assertThatThrownBy(() -> new Batches(1)
                        .each(
                                List.of(1, 2, 3),
                                batch -> {
                                    asked.addAll(batch);
                                    throw new Lease.Fenced("another one");
                                },
                                (_, _) -> {
                                    throw new AssertionError("it is no failure of one");
                                }))
                .isInstanceOf(Lease.Fenced.class);
        assertThat(asked).containsExactly(1, 2, 3);
    }
}
