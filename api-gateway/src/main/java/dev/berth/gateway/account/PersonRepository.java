package dev.berth.gateway.account;

import static dev.berth.schema.db.gateway.Tables.USERS;

import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** People. */
@Repository
class PersonRepository {
    Optional<People.Person> find(DSLContext dsl, UserId user) {
        return find(dsl, USERS.USER_ID.eq(user));
    }

    Optional<People.Person> find(DSLContext dsl, String emailKey) {
        return find(dsl, USERS.EMAIL_KEY.eq(emailKey));
    }

    private static Optional<People.Person> find(DSLContext dsl, Condition which) {
        return dsl.fetchOptional(USERS, which)
                .map(row -> new People.Person(
                        row.getUserId(), row.getEmail(), row.getEmailKey(), row.getEmailVerifiedAt()));
    }

    /** Null for who has no password. */
    @Nullable
    String passwordHash(DSLContext dsl, UserId user) {
        return dsl.select(USERS.PASSWORD_HASH)
                .from(USERS)
                .where(USERS.USER_ID.eq(user))
                .fetchSingle()
                .value1();
    }

    /** The same, and nobody else can lock the person until the transaction ends. */
    boolean lockHasPassword(DSLContext dsl, UserId user) {
        return dsl.select(USERS.PASSWORD_HASH)
                        .from(USERS)
                        .where(USERS.USER_ID.eq(user))
                        .forNoKeyUpdate()
                        .fetchSingle()
                        .value1()
                != null;
    }

    /** Adds a person; false if the address is taken. */
    boolean insert(DSLContext dsl, UserId user, String email, String emailKey, @Nullable String hash, Instant now) {
        return dsl.insertInto(USERS)
                        .set(USERS.USER_ID, user)
                        .set(USERS.EMAIL, email)
                        .set(USERS.EMAIL_KEY, emailKey)
                        .set(USERS.PASSWORD_HASH, hash)
                        .set(USERS.CREATED_AT, now)
                        .onConflict(USERS.EMAIL_KEY)
                        .doNothing()
                        .execute()
                == 1;
    }

    void verified(DSLContext dsl, UserId user, Instant now) {
        dsl.update(USERS)
                .set(USERS.EMAIL_VERIFIED_AT, now)
                .where(USERS.USER_ID.eq(user), USERS.EMAIL_VERIFIED_AT.isNull())
                .execute();
    }

    void setPassword(DSLContext dsl, UserId user, String hash) {
        dsl.update(USERS)
                .set(USERS.PASSWORD_HASH, hash)
                .where(USERS.USER_ID.eq(user))
                .execute();
    }
}
