package dev.berth.gateway.member;

import static dev.berth.schema.db.gateway.Tables.INVITATION;

import dev.berth.gateway.account.Reaping;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.mail.LinkToken;
import dev.berth.schema.db.gateway.tables.records.InvitationRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvitationId;
import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Invitations. Each method works in whatever transaction the context is in. */
@Repository
class InvitationRepository implements Reaping {
    private static final Condition OPEN = INVITATION.ACCEPTED_AT.isNull().and(INVITATION.REVOKED_AT.isNull());

    void insert(DSLContext dsl, Invitation invitation, LinkToken token) {
        InvitationRecord row = new InvitationRecord();
        row.setInvitationId(invitation.id());
        row.setAccountId(invitation.account());
        row.setEmail(invitation.email());
        row.setEmailKey(invitation.emailKey());
        row.setRole(invitation.role().text());
        row.setTokenHash(token.hash());
        row.setInvitedBy(invitation.invitedBy().uuid());
        row.setCreatedAt(invitation.createdAt());
        row.setExpiresAt(invitation.expiresAt());
        dsl.insertInto(INVITATION).set(row).execute();
    }

    /** Newest first. */
    List<Invitation> list(DSLContext dsl, AccountId account, @Nullable InvitationId before, int limit, Instant now) {
        return dsl.selectFrom(INVITATION)
                .where(
                        INVITATION.ACCOUNT_ID.eq(account),
                        OPEN,
                        before == null ? DSL.noCondition() : INVITATION.INVITATION_ID.lt(before))
                .orderBy(INVITATION.INVITATION_ID.desc())
                .limit(limit)
                .fetch(row -> invitation(row, now));
    }

    int count(DSLContext dsl, AccountId account) {
        return dsl.fetchCount(INVITATION, INVITATION.ACCOUNT_ID.eq(account), OPEN);
    }

    boolean isInvited(DSLContext dsl, AccountId account, String emailKey) {
        return dsl.fetchExists(INVITATION, INVITATION.ACCOUNT_ID.eq(account), INVITATION.EMAIL_KEY.eq(emailKey), OPEN);
    }

    /** One of an account, locked until the transaction ends. */
    Optional<Invitation> lock(DSLContext dsl, AccountId account, InvitationId id, Instant now) {
        return dsl.selectFrom(INVITATION)
                .where(INVITATION.INVITATION_ID.eq(id), INVITATION.ACCOUNT_ID.eq(account), OPEN)
                .forNoKeyUpdate()
                .fetchOptional(row -> invitation(row, now));
    }

    /** The one that a link leads to, if it still does. */
    Optional<Invitation> find(DSLContext dsl, LinkToken token, Instant now) {
        return dsl.selectFrom(INVITATION)
                .where(INVITATION.TOKEN_HASH.eq(token.hash()), OPEN, INVITATION.EXPIRES_AT.gt(now))
                .fetchOptional(row -> invitation(row, now));
    }

    /** One whose link still leads in. */
    Optional<Invitation> find(DSLContext dsl, InvitationId id, Instant now) {
        return dsl.selectFrom(INVITATION)
                .where(INVITATION.INVITATION_ID.eq(id), OPEN, INVITATION.EXPIRES_AT.gt(now))
                .fetchOptional(row -> invitation(row, now));
    }

    /** Writes that it was accepted; false if it was, or leads nowhere any more. */
    boolean accept(DSLContext dsl, LinkToken token, UserId user, Instant now) {
        return accept(dsl, INVITATION.TOKEN_HASH.eq(token.hash()), user, now);
    }

    /** The same, of which the id is known. */
    boolean accept(DSLContext dsl, InvitationId id, UserId user, Instant now) {
        return accept(dsl, INVITATION.INVITATION_ID.eq(id), user, now);
    }

    private static boolean accept(DSLContext dsl, Condition which, UserId user, Instant now) {
        return dsl.update(INVITATION)
                        .set(INVITATION.ACCEPTED_AT, now)
                        .set(INVITATION.ACCEPTED_BY, user.uuid())
                        .where(which, OPEN, INVITATION.EXPIRES_AT.gt(now))
                        .execute()
                == 1;
    }

    void revoke(DSLContext dsl, InvitationId id, Instant now) {
        dsl.update(INVITATION)
                .set(INVITATION.REVOKED_AT, now)
                .where(INVITATION.INVITATION_ID.eq(id), OPEN)
                .execute();
    }

    /** Revokes what somebody sent who may not send it any more. */
    void revokeOf(DSLContext dsl, AccountId account, UserId inviter, Instant now) {
        dsl.update(INVITATION)
                .set(INVITATION.REVOKED_AT, now)
                .where(INVITATION.ACCOUNT_ID.eq(account), INVITATION.INVITED_BY.eq(inviter.uuid()), OPEN)
                .execute();
    }

    /** Revokes all of an account that are open. */
    void revokeAll(DSLContext dsl, AccountId account, Instant now) {
        dsl.update(INVITATION)
                .set(INVITATION.REVOKED_AT, now)
                .where(INVITATION.ACCOUNT_ID.eq(account), OPEN)
                .execute();
    }

    @Override
    public boolean reap(DSLContext transaction, AccountId account, Instant now) {
        transaction
                .deleteFrom(INVITATION)
                .where(INVITATION.ACCOUNT_ID.eq(account))
                .execute();
        return true;
    }

    void renew(DSLContext dsl, InvitationId id, LinkToken token, Instant expiresAt) {
        dsl.update(INVITATION)
                .set(INVITATION.TOKEN_HASH, token.hash())
                .set(INVITATION.EXPIRES_AT, expiresAt)
                .where(INVITATION.INVITATION_ID.eq(id))
                .execute();
    }

    private static Invitation invitation(InvitationRecord row, Instant now) {
        return new Invitation(
                row.getInvitationId(),
                row.getAccountId(),
                row.getEmail(),
                row.getEmailKey(),
                Role.of(row.getRole()),
                new UserId(row.getInvitedBy()),
                row.getCreatedAt(),
                row.getExpiresAt(),
                row.getExpiresAt().isAfter(now) ? Invitation.State.OPEN : Invitation.State.EXPIRED);
    }
}
