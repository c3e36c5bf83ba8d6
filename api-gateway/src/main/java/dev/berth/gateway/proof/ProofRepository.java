package dev.berth.gateway.proof;

import static dev.berth.schema.db.gateway.Tables.MAIL_LINK;
import static dev.berth.schema.db.gateway.Tables.RESET_REQUEST;

import dev.berth.gateway.mail.LinkToken;
import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Repository;

/** Links in mails, and who asked for one. Each method works in whatever transaction the context is in. */
@Repository
class ProofRepository {
    /** What a link is for. */
    enum Purpose {
        VERIFY("verify"),
        RESET("reset");

        private final String text;

        Purpose(String text) {
            this.text = text;
        }
    }

    void insert(DSLContext dsl, LinkToken token, Purpose purpose, UserId user, Instant now, Instant expiresAt) {
        dsl.insertInto(MAIL_LINK)
                .set(MAIL_LINK.TOKEN_HASH, token.hash())
                .set(MAIL_LINK.PURPOSE, purpose.text)
                .set(MAIL_LINK.USER_ID, user)
                .set(MAIL_LINK.CREATED_AT, now)
                .set(MAIL_LINK.EXPIRES_AT, expiresAt)
                .execute();
    }

    /** Whose link it is, if it still counts. */
    Optional<UserId> find(DSLContext dsl, LinkToken token, Purpose purpose, Instant now) {
        return dsl.select(MAIL_LINK.USER_ID)
                .from(MAIL_LINK)
                .where(
                        MAIL_LINK.TOKEN_HASH.eq(token.hash()),
                        MAIL_LINK.PURPOSE.eq(purpose.text),
                        MAIL_LINK.USED_AT.isNull(),
                        MAIL_LINK.EXPIRES_AT.gt(now))
                .fetchOptional(MAIL_LINK.USER_ID);
    }

    /** Uses it up; empty if it does not count any more. */
    Optional<UserId> use(DSLContext dsl, LinkToken token, Purpose purpose, Instant now) {
        return dsl.update(MAIL_LINK)
                .set(MAIL_LINK.USED_AT, now)
                .where(
                        MAIL_LINK.TOKEN_HASH.eq(token.hash()),
                        MAIL_LINK.PURPOSE.eq(purpose.text),
                        MAIL_LINK.USED_AT.isNull(),
                        MAIL_LINK.EXPIRES_AT.gt(now))
                .returning(MAIL_LINK.USER_ID)
                .fetchOptional(MAIL_LINK.USER_ID);
    }

    /** Takes all of a person's for a purpose back. */
    void end(DSLContext dsl, UserId user, Purpose purpose) {
        dsl.deleteFrom(MAIL_LINK)
                .where(MAIL_LINK.USER_ID.eq(user), MAIL_LINK.PURPOSE.eq(purpose.text), MAIL_LINK.USED_AT.isNull())
                .execute();
    }

    int forget(DSLContext dsl, Instant before) {
        return dsl.deleteFrom(MAIL_LINK).where(MAIL_LINK.EXPIRES_AT.lt(before)).execute();
    }

    void ask(DSLContext dsl, String emailKey, Instant now) {
        dsl.insertInto(RESET_REQUEST)
                .set(RESET_REQUEST.EMAIL_KEY, emailKey)
                .set(RESET_REQUEST.REQUESTED_AT, now)
                .execute();
    }

    /** Takes the oldest who asked off the list; nobody else takes it unless the transaction is undone. */
    Optional<String> nextAsked(DSLContext dsl) {
        return dsl.deleteFrom(RESET_REQUEST)
                .where(RESET_REQUEST.SEQ.eq(DSL.select(RESET_REQUEST.SEQ)
                        .from(RESET_REQUEST)
                        .orderBy(RESET_REQUEST.SEQ)
                        .limit(1)
                        .forUpdate()
                        .skipLocked()))
                .returning(RESET_REQUEST.EMAIL_KEY)
                .fetchOptional(RESET_REQUEST.EMAIL_KEY);
    }
}
