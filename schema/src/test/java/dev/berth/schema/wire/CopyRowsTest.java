package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.Service;
import dev.berth.schema.testing.TestDatabase;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What goes in by COPY is what comes out. */
@Tag("parts")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CopyRowsTest {
    private TestDatabase database;
    private DSLContext dsl;

    @BeforeAll
    void open() {
        database = TestDatabase.fresh(Service.GATEWAY);
        dsl = database.dsl();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @BeforeEach
    void table() {
        dsl.execute("drop table if exists one");
        dsl.execute(
                "create table one (place bigint primary key, small smallint, number integer, yes boolean, id uuid, at timestamptz,"
                        + " words text, made text default 'by the database')");
    }

    private static CopyRows rows() {
        return new CopyRows("one", "place", "small", "number", "yes", "id", "at", "words");
    }

    @Test
    void everyKindOfValueArrivesExactly() {
        SplittableRandom random = new SplittableRandom(3);
        CopyRows rows = rows();
        for (int i = 0; i < 3_000; i++) {
            rows.row()
                    .int8(i)
                    .int2((short) random.nextInt())
                    .int4(random.nextInt())
                    .bool(random.nextBoolean())
                    .uuid(new UUID(random.nextLong(), random.nextLong()))
                    .instant(at(random))
                    .text("€ \t\\N \n" + "x".repeat(random.nextInt(200)));
        }
        rows.into(dsl);
        SplittableRandom again = new SplittableRandom(3);
        int place = 0;
        for (Record row : dsl.fetch("select * from one order by place")) {
            assertThat(row.get("place", Long.class)).isEqualTo(place++);
            assertThat(row.get("small", Short.class)).isEqualTo((short) again.nextInt());
            assertThat(row.get("number", Integer.class)).isEqualTo(again.nextInt());
            assertThat(row.get("yes", Boolean.class)).isEqualTo(again.nextBoolean());
            assertThat(row.get("id", UUID.class)).isEqualTo(new UUID(again.nextLong(), again.nextLong()));
            assertThat(row.get("at", OffsetDateTime.class).toInstant()).isEqualTo(at(again));
            assertThat(row.get("words", String.class)).isEqualTo("€ \t\\N \n" + "x".repeat(again.nextInt(200)));
            assertThat(row.get("made", String.class)).isEqualTo("by the database");
        }
        assertThat(place).isEqualTo(3_000);
    }

    @Test
    void whatIsMissingIsNull() {
        rows().row()
                .int8(1)
                .none()
                .none()
                .none()
                .uuid(null)
                .instant(null)
                .text(null)
                .into(dsl);
        assertThat(dsl.fetchOne("select num_nulls(small, number, yes, id, at, words) from one")
                        .get(0, Integer.class))
                .isEqualTo(6);
    }

    @Test
    void noRowsAreNoStatement() {
        rows().into(dsl);
        new CopyRows("no_such_table", "a").into(dsl);
        assertThat(dsl.fetchCount(org.jooq.impl.DSL.table("one"))).isZero();
    }

    @Test
    void aConstraintRefusesAllOfThemAndTheConnectionGoesOn() {
        CopyRows twice = new CopyRows("one", "place").row().int8(1).row().int8(1);
        assertThatThrownBy(() -> twice.into(dsl))
                .isInstanceOfSatisfying(
                        DataAccessException.class, e -> assertThat(e.sqlState()).isEqualTo("23505"));
        new CopyRows("one", "place").row().int8(2).into(dsl);
        assertThat(dsl.fetch("select place from one").getValues(0, Long.class)).containsExactly(2L);
    }

    @Test
    void aRowOfTheWrongLengthIsADefect() {
        assertThatThrownBy(() -> new CopyRows("one", "place").row().int8(1).int8(2))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> rows().row().int8(1).row()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> rows().row().int8(1).into(dsl)).isInstanceOf(IllegalStateException.class);
    }

    private static Instant at(SplittableRandom random) {
        return Instant.EPOCH
                .plusMillis(random.nextLong(-1_000_000_000_000L, 4_000_000_000_000L))
                .plusNanos(456_000);
    }
}
