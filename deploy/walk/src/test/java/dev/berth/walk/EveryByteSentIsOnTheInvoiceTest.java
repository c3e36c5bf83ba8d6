package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.testing.Outside;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a container sends out of the address pool is a line of its workload's invoice, down to the byte. */
@Tag("walk")
class EveryByteSentIsOnTheInvoiceTest {
    private static final int SENT = 64 << 20;

    /** Of headers and acknowledgements, at most. */
    private static final double OVERHEAD = 1.1;

    private final Ring ring = Ring.shared();
    private final Customer customer = Customer.signUp(ring);
    private final Api api = customer.api();

    private long told(String workload) {
        String path = "/v1/usage?group_by=workload&from=" + Instant.now().minus(Duration.ofDays(1));
        return rows(api.get(path).expect(200).at("/data")).stream()
                .filter(row -> row.at("/key").asString().equals(workload))
                .mapToLong(row -> row.at("/egress_bytes").asLong())
                .sum();
    }

    private static List<JsonNode> rows(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).toList();
    }

    @Test
    void fromTheKernelsCounterToTheLineAndItsIntervals() {
        String sender;
        String still = customer.launch("still", "service", 1);
        customer.awaitRunning(still, 1);
        try (Outside outside = new Outside()) {
            String send = "head -c %d /dev/zero | nc -w 5 %s %d".formatted(SENT, outside.address(), Outside.PORT);
            sender = customer.launch("sender", "job", 1, "/bin/sh", "-c", send);
            assertThat(outside.received()).as("the control: it got there").isEqualTo(SENT);
            customer.awaitObserved(sender, "finished");
        }
        long counted = Until.value(
                "the meter has the bytes", Duration.ofSeconds(30), () -> told(sender), bytes -> bytes >= SENT);
        assertThat(counted).isLessThanOrEqualTo((long) (SENT * OVERHEAD));
        assertThat(told(still)).isZero();

        JsonNode invoice = customer.close(ring);
        List<JsonNode> lines = rows(invoice.at("/lines")).stream()
                .filter(line -> line.at("/component").asString().equals("egress_gib"))
                .toList();
        assertThat(lines).as("%s", invoice).hasSize(1);
        JsonNode line = lines.getFirst();
        assertThat(line.at("/workload").asString()).isEqualTo(sender);
        BigDecimal quantity = new BigDecimal(line.at("/quantity").asString());
        assertThat(quantity.multiply(BigDecimal.valueOf(1L << 30))).isEqualByComparingTo(BigDecimal.valueOf(counted));
        assertThat(line.at("/amount/amount_minor").asLong())
                .as("rounded once")
                .isEqualTo(
                        quantity.multiply(new BigDecimal(line.at("/unit_price").asString()))
                                .movePointRight(2)
                                .setScale(0, RoundingMode.HALF_UP)
                                .longValueExact())
                .isPositive();
        String intervals = "/v1/invoices/%s/lines/%s/intervals?limit=200"
                .formatted(invoice.at("/id").asString(), line.at("/id").asString());
        List<JsonNode> behind = rows(api.get(intervals).expect(200).at("/data"));
        assertThat(behind.stream()
                        .mapToLong(one -> one.at("/egress_bytes").asLong())
                        .sum())
                .as("its parts are the whole")
                .isEqualTo(counted);
        assertThat(behind)
                .allSatisfy(one -> assertThat(one.at("/workload").asString()).isEqualTo(sender));
    }
}
