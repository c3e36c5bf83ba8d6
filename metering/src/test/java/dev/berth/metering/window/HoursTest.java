package dev.berth.metering.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.metering.Stored;
import dev.berth.schema.Service;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.testing.TestDatabase;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("parts")
class HoursTest {
    private static final TestDatabase DATABASE = TestDatabase.fresh(Service.METERING);
    private static final Instant FIRST = Instant.parse("2026-12-01T00:00:00Z");

    private final DSLContext dsl = DATABASE.dsl();
    private final List<AccountId> accounts = List.of(AccountId.next(), AccountId.next());
    private final List<WorkloadId> workloads = List.of(WorkloadId.next(), WorkloadId.next());

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @BeforeEach
    void empty() {
        dsl.execute("truncate usage_window");
        assertThat(Stored.hours(dsl)).isEmpty();
    }

    /** Whatever is added to windows, taken from them, or removed: the hours are their sums. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void hoursAreTheSumsOfWindowsAfterAnyChange(long seed) {
        Random random = new Random(seed);
        Map<String, Window> windows = new LinkedHashMap<>();
        List<ContainerId> containers =
                Stream.generate(ContainerId::next).limit(12).toList();
        for (int step = 0; step < 60; step++) {
            Map<String, Window> changes = new LinkedHashMap<>();
            for (int n = 1 + random.nextInt(8); n > 0; n--) {
                int which = random.nextInt(containers.size());
                ContainerId container = containers.get(which);
                Instant hour = FIRST.plusSeconds(3600L * random.nextInt(3));
                String key = container + "@" + hour;
                Window of = windows.getOrDefault(key, window(which, container, hour, Quantity.NONE));
                Quantity more = random.nextInt(4) == 0
                        ? Quantity.NONE.minus(of.quantity())
                        : Quantity.of(1 + random.nextInt(1000), 250, 256, 0)
                                .plus(Quantity.ofEgress(BigInteger.valueOf(random.nextInt(9))));
                changes.put(key, window(which, container, hour, more));
            }
            WindowRepository.add(dsl, changes.values());
            changes.forEach((key, change) -> windows.merge(key, change, (a, b) -> a.plus(b.quantity())));
            if (random.nextInt(10) == 0) {
                ContainerId gone = containers.get(random.nextInt(containers.size()));
                WindowRepository.remove(dsl, gone);
                windows.keySet().removeIf(key -> key.startsWith(gone.toString()));
            }
            assertThat(Stored.hours(dsl)).isEqualTo(Stored.windowsSummed(dsl));
        }
        assertThat(WindowRepository.load(dsl, containers))
                .containsExactlyInAnyOrderElementsOf(windows.values().stream()
                        .filter(window -> !window.quantity().isNone())
                        .toList());
    }

    @Test
    void whatDiffersIsFoundAndMended() {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            windows.add(window(i, ContainerId.next(), FIRST.plusSeconds(3600L * i), Quantity.of(1000, 250, 256, 0)));
        }
        WindowRepository.add(dsl, windows);
        List<String> right = Stored.hours(dsl);
        assertThat(right).hasSize(8);
        assertThat(WindowRepository.mendHours(dsl)).isZero();
        dsl.execute(
                "update usage_hour set container_ms = container_ms + 1 where hour = at_ms(?)", FIRST.toEpochMilli());
        dsl.execute(
                "update usage_hour set windows = 2 where hour = at_ms(?)",
                FIRST.plusSeconds(3600).toEpochMilli());
        dsl.execute(
                "delete from usage_hour where hour = at_ms(?)",
                FIRST.plusSeconds(7200).toEpochMilli());
        dsl.execute(
                "insert into usage_hour select account_id, hour - interval '9 hours', workload_id, 1, 1, 1, 0, 0, 1 from usage_hour limit 1");
        assertThat(WindowRepository.mendHours(dsl)).isEqualTo(4);
        assertThat(Stored.hours(dsl)).isEqualTo(right);
        assertThat(WindowRepository.mendHours(dsl)).isZero();
    }

    @Test
    void aWindowCannotBecomeAnotherWorkloads() {
        WindowRepository.add(dsl, List.of(window(0, ContainerId.next(), FIRST, Quantity.of(1000, 250, 256, 0))));
        assertThatThrownBy(() -> dsl.execute("update usage_window set workload_id = gen_random_uuid()"))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("usage_hour_windows_check");
    }

    private Window window(int which, ContainerId container, Instant hour, Quantity quantity) {
        return new Window(container, hour, accounts.get(which % 2), workloads.get(which / 2 % 2), quantity);
    }
}
