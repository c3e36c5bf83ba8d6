package dev.berth.gateway.closing;

import static dev.berth.schema.db.gateway.Tables.API_KEY;
import static dev.berth.schema.db.gateway.Tables.INVITATION;
import static dev.berth.schema.db.gateway.Tables.LOGIN;
import static dev.berth.schema.db.gateway.Tables.LOGIN_FLOW;
import static dev.berth.schema.db.gateway.Tables.MAIL;
import static dev.berth.schema.db.gateway.Tables.MAIL_LINK;
import static dev.berth.schema.db.gateway.Tables.MEMBERSHIP;
import static dev.berth.schema.db.gateway.Tables.SECOND_FACTOR;
import static dev.berth.schema.db.gateway.Tables.SESSION;
import static dev.berth.schema.db.gateway.Tables.USERS;

import dev.berth.gateway.edge.Role;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Repository;

/** Forgets the people of a closed account. Each method works in whatever transaction the context is in. */
@Repository
class ReapRepository {
    /** Lets all go who are no owners: their sessions and keys of the account, and themselves where they are in no other. */
    void othersLeave(DSLContext dsl, AccountId account) {
        leave(dsl, account, MEMBERSHIP.ROLE.ne(Role.OWNER.text()));
    }

    /** Lets all go; no session, key or mail of the account is left. */
    void allLeave(DSLContext dsl, AccountId account) {
        Set<UserId> makers = new LinkedHashSet<>(dsl.selectDistinct(API_KEY.USER_ID)
                .from(API_KEY)
                .where(API_KEY.ACCOUNT_ID.eq(account))
                .fetch(API_KEY.USER_ID));
        dsl.deleteFrom(SESSION).where(SESSION.ACCOUNT_ID.eq(account)).execute();
        dsl.deleteFrom(API_KEY).where(API_KEY.ACCOUNT_ID.eq(account)).execute();
        dsl.deleteFrom(INVITATION).where(INVITATION.ACCOUNT_ID.eq(account)).execute();
        dsl.deleteFrom(MAIL).where(MAIL.ACCOUNT_ID.eq(account)).execute();
        leave(dsl, account, DSL.noCondition());
        makers.forEach(user -> forget(dsl, user)); // who had left the account before
    }

    private static void leave(DSLContext dsl, AccountId account, Condition who) {
        List<UserId> leaving = dsl.deleteFrom(MEMBERSHIP)
                .where(MEMBERSHIP.ACCOUNT_ID.eq(account).and(who))
                .returningResult(MEMBERSHIP.USER_ID)
                .fetch(MEMBERSHIP.USER_ID);
        for (UserId user : leaving) {
            dsl.deleteFrom(SESSION)
                    .where(SESSION.ACCOUNT_ID.eq(account), SESSION.USER_ID.eq(user))
                    .execute();
            dsl.deleteFrom(API_KEY)
                    .where(API_KEY.ACCOUNT_ID.eq(account), API_KEY.USER_ID.eq(user))
                    .execute();
            forget(dsl, user);
        }
    }

    /**
     * Forgets somebody who is in no account any more. One whom another account's invitations name is kept as a row without anything of
     * theirs.
     */
    private static void forget(DSLContext dsl, UserId user) {
        dsl.select(USERS.USER_ID)
                .from(USERS)
                .where(USERS.USER_ID.eq(user))
                .forUpdate()
                .execute();
        boolean elsewhere = dsl.fetchExists(MEMBERSHIP, MEMBERSHIP.USER_ID.eq(user));
        if (elsewhere) {
            return;
        }
        dsl.deleteFrom(LOGIN_FLOW).where(LOGIN_FLOW.USER_ID.eq(user)).execute();
        dsl.deleteFrom(LOGIN).where(LOGIN.USER_ID.eq(user)).execute();
        dsl.deleteFrom(SECOND_FACTOR).where(SECOND_FACTOR.USER_ID.eq(user)).execute();
        dsl.deleteFrom(MAIL_LINK).where(MAIL_LINK.USER_ID.eq(user)).execute();
        dsl.deleteFrom(SESSION).where(SESSION.USER_ID.eq(user)).execute();
        UUID id = user.uuid();
        boolean named = dsl.fetchExists(INVITATION, INVITATION.INVITED_BY.eq(id).or(INVITATION.ACCEPTED_BY.eq(id)))
                || dsl.fetchExists(API_KEY, API_KEY.USER_ID.eq(user));
        if (named) {
            dsl.update(USERS)
                    .set(USERS.EMAIL, "")
                    .set(USERS.EMAIL_KEY, "forgotten:" + user)
                    .setNull(USERS.PASSWORD_HASH)
                    .setNull(USERS.EMAIL_VERIFIED_AT)
                    .where(USERS.USER_ID.eq(user))
                    .execute();
        } else {
            dsl.deleteFrom(USERS).where(USERS.USER_ID.eq(user)).execute();
        }
    }
}
