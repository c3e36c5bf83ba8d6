package dev.berth.gateway.letter;

import static dev.berth.schema.db.gateway.Tables.TEST_CLOCK;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.invoice.TestClockMoved;
import java.time.Instant;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Repository;

/** What time it is for accounts on a test clock. Each method works in whatever transaction the context is in. */
@Repository
class TestClockRepository {
    /** Writes what a clock shows; never less than it did. */
    void moved(DSLContext dsl, TestClockMoved fact) {
        dsl.insertInto(TEST_CLOCK)
                .set(TEST_CLOCK.ACCOUNT_ID, fact.account())
                .set(TEST_CLOCK.NOW, fact.now())
                .onConflict(TEST_CLOCK.ACCOUNT_ID)
                .doUpdate()
                .set(TEST_CLOCK.NOW, DSL.greatest(TEST_CLOCK.NOW, DSL.val(fact.now())))
                .execute();
    }

    /** What an account's clock shows; empty where it is everybody's time. */
    Optional<Instant> shown(DSLContext dsl, AccountId account) {
        return dsl.select(TEST_CLOCK.NOW)
                .from(TEST_CLOCK)
                .where(TEST_CLOCK.ACCOUNT_ID.eq(account))
                .fetchOptional(TEST_CLOCK.NOW);
    }

    /** Whose time is everybody's. */
    static Condition isEverybodys(Field<AccountId> account) {
        return DSL.notExists(DSL.selectOne().from(TEST_CLOCK).where(TEST_CLOCK.ACCOUNT_ID.eq(account)));
    }
}
