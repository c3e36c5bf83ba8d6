package dev.berth.metering.interval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.Service;
import dev.berth.schema.testing.TestDatabase;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is written to the table of intervals, by whom and in which order: the database keeps two of a container from overlapping. */
@Tag("parts")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NoTwoAtOnceTest {
    private static final String OVERLAPPING = """
            select count(*) from usage_interval a join usage_interval b on a.container_id = b.container_id and a.ctid < b.ctid
            where tstzrange(a.started_at, a.finished_at) && tstzrange(b.started_at, b.finished_at)
            """;

    private TestDatabase database;
    private DSLContext dsl;

    @BeforeAll
    void open() {
        database = TestDatabase.fresh(Service.METERING);
        dsl = database.dsl();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @BeforeEach
    void empty() {
        dsl.execute("truncate usage_interval");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noStatementMakesTwoOverlap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int accepted = 0;
        for (int i = 0; i < 1_500; i++) {
            accepted += attempt(dsl, random) ? 1 : 0;
            assertThat(overlapping(dsl)).isZero();
        }
        assertThat(accepted).isBetween(150, 1_350);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table usage_interval drop constraint no_two_at_once",
                "alter table usage_interval drop constraint no_part_without_the_one_before",
                "drop index no_two_at_once_alone"
            })
    void withoutOneOfTheThreeTwoDoOverlap(String drop) {
        try (TestDatabase other = TestDatabase.fresh(Service.METERING)) {
            other.dsl().execute(drop);
            SplittableRandom random = new SplittableRandom(4);
            int attempts = 0;
            while (overlapping(other.dsl()) == 0 && attempts++ < 1_500) {
                attempt(other.dsl(), random);
            }
            assertThat(overlapping(other.dsl())).isPositive();
        }
    }

    private static int overlapping(DSLContext dsl) {
        return dsl.fetchOne(OVERLAPPING).get(0, Integer.class);
    }

    /** Writes something, sensible or not; whether it was accepted. */
    private static boolean attempt(DSLContext dsl, SplittableRandom random) {
        UUID container = new UUID(0, random.nextInt(3));
        int start = random.nextInt(30);
        String from = "timestamptz 'epoch' + interval '%d s'".formatted(start);
        String to = random.nextInt(5) == 0
                ? "null"
                : "timestamptz 'epoch' + interval '%d s'".formatted(start + random.nextInt(10));
        int part = random.nextInt(4);
        String of = " where container_id = '%s' and part = %d".formatted(container, random.nextInt(4));
        String sql = switch (random.nextInt(8)) {
            case 0 -> "delete from usage_interval" + of;
            case 1 -> "update usage_interval set finished_at = " + to + of;
            case 2 -> "update usage_interval set started_at = " + from + of;
            case 3 -> "update usage_interval set part = " + part + of;
            default -> """
                            insert into usage_interval (container_id, started_at, finished_at, account_id, workload_id, partition,
                                                        cpu_millis, memory_mib, sequence, host, part)
                            values ('%s', %s, %s, gen_random_uuid(), gen_random_uuid(), 0, 1, 1, 1, '', %d)
                            """.formatted(container, from, to, part);
        };
        try {
            return dsl.execute(sql) > 0;
        } catch (DataAccessException refused) {
            return false;
        }
    }
}
