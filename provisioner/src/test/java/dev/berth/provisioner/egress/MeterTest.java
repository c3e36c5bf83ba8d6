package dev.berth.provisioner.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.egress.EgressCounters.Counted;
import dev.berth.provisioner.egress.Meter.Counter;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MeterTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final ContainerId ONE = ContainerId.next();

    private static Meter fresh(String... addresses) {
        return new Meter(
                ONE,
                java.util.Arrays.stream(addresses)
                        .map(address -> new Counter("net-" + address, address, null, 0))
                        .toList(),
                0,
                0,
                null);
    }

    /**
     * Two containers have the addresses of one network after each other, packets come, the host starts anew now and then, whoever reads dies
     * before it has written down what it read: nobody has more than it sent, and less only by what the host forgot unread.
     */
    @Property(tries = 300)
    void whatWasSentIsCountedOnceWhateverHappensToTheCounters(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int steps) {
        Random random = new Random(seed);
        List<String> addresses = List.of("10.0.0.2", "10.0.1.2");
        Map<String, Long> kernel = new HashMap<>();
        int epoch = 0;
        for (int life = 0; life < 2; life++) {
            addresses.forEach(kernel::remove); // as an address is given
            Meter meter = fresh(addresses.toArray(String[]::new));
            long expected = 0;
            long unread = 0;
            for (int i = 0; i < steps; i++) {
                switch (random.nextInt(6)) {
                    case 0 -> {
                        epoch++;
                        kernel.clear();
                        unread = 0;
                    }
                    case 1 -> {
                        Meter lost = meter.read(new Counted("e" + epoch, kernel)); // it dies before it is written
                        assertThat(lost.egressBytes()).isEqualTo(expected + unread);
                    }
                    case 2, 3 -> {
                        meter = meter.read(new Counted("e" + epoch, kernel));
                        expected += unread;
                        unread = 0;
                        assertThat(meter.egressBytes()).isEqualTo(expected);
                    }
                    default -> {
                        long bytes = 1L + random.nextInt(10_000);
                        kernel.merge(addresses.get(random.nextInt(2)), bytes, Long::sum);
                        unread += bytes;
                    }
                }
            }
            meter = meter.read(new Counted("e" + epoch, kernel));
            assertThat(meter.egressBytes()).isEqualTo(expected + unread);
            assertThat(meter.read(new Counted("e" + epoch, kernel))).isEqualTo(meter);
        }
    }

    @Test
    void aCounterThatStandsLowerBeganAtZero() {
        Meter meter = fresh("10.0.0.2").read(new Counted("a", Map.of("10.0.0.2", 100L)));
        assertThat(meter.read(new Counted("a", Map.of("10.0.0.2", 40L))).egressBytes())
                .isEqualTo(140);
        assertThat(meter.read(new Counted("a", Map.of())).egressBytes()).isEqualTo(100);
        assertThat(meter.read(new Counted("b", Map.of("10.0.0.2", 100L))).egressBytes())
                .as("other counters, whatever they stand at")
                .isEqualTo(200);
        assertThat(meter.read(new Counted("a", Map.of("10.0.0.3", 5L))))
                .as("another's address")
                .isEqualTo(fresh("10.0.0.2")
                        .read(new Counted("a", Map.of("10.0.0.2", 100L)))
                        .read(new Counted("a", Map.of())));
    }

    @Test
    void theLastReadingLiesInTheLifeOfTheContainer() {
        Meter meter = fresh("10.0.0.2").read(new Counted("a", Map.of("10.0.0.2", 100L)));
        Instant end = START.plusSeconds(90);
        Instant seen = end.plusSeconds(4);
        assertThat(meter.ended(START, end, seen)).contains(end.minusMillis(1));
        assertThat(meter.ended(START, START, seen)).contains(START);
        assertThat(meter.told(end.minusSeconds(30)).ended(START, end, seen)).isEmpty();
        assertThat(meter.told(end.plusSeconds(1)).ended(START, end, seen))
                .as("read after an end that nobody had seen")
                .contains(end.minusMillis(1));
        assertThat(fresh("10.0.0.2").ended(START, end, seen)).isEmpty();
        assertThat(fresh("10.0.0.2").running(START, seen)).isEmpty();
        assertThat(meter.running(START, START.minusSeconds(1))).contains(START);
    }

    @Test
    void theAnswerOfNftIsReadAndAnythingElseIsNone() {
        String answer = """
                {"nftables": [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "ip", "name": "t", "handle": 3}},
                {"set": {"family": "ip", "name": "sent", "table": "t", "type": "ipv4_addr", "handle": 2, "size": 65536,
                "elem": [{"elem": {"val": "10.200.0.5", "counter": {"packets": 3, "bytes": 5000000000}}}, "10.200.0.9"]}},
                {"rule": {"family": "ip", "table": "t", "chain": "leaving", "handle": 3, "comment": "abc 10.200.0.0/13", "expr": []}}]}
                """;
        assertThat(NftAnswer.read(answer, "sent"))
                .contains(new Counted("abc 10.200.0.0/13", Map.of("10.200.0.5", 5_000_000_000L)));
        assertThat(NftAnswer.read(answer, "other")).isEmpty();
        assertThat(NftAnswer.read("", "sent")).isEmpty();
        assertThat(NftAnswer.read("{\"nftables\": [{\"set\": {\"name\": \"sent\"}}]}", "sent"))
                .isEmpty();
    }

    @Test
    void anAddressIsChosenThatNobodyHas() {
        Cidr subnet = Cidr.parse("10.200.0.8/29");
        Set<String> taken = new HashSet<>();
        for (int i = 14; i >= 10; i--) {
            assertThat(FreeAddress.in(subnet, taken)).contains("10.200.0." + i);
            taken.add("10.200.0." + i);
        }
        assertThat(FreeAddress.in(subnet, taken)).isEqualTo(Optional.empty());
    }
}
