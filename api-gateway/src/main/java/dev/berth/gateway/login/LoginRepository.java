package dev.berth.gateway.login;

import static dev.berth.schema.db.gateway.Tables.LOGIN;
import static dev.berth.schema.db.gateway.Tables.LOGIN_FLOW;

import dev.berth.schema.db.gateway.tables.records.LoginFlowRecord;
import dev.berth.schema.db.gateway.tables.records.LoginRecord;
import dev.berth.schema.id.InvitationId;
import dev.berth.schema.id.LoginId;
import dev.berth.schema.id.SessionId;
import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Logins, and ways to the provider and back. Each method works in whatever transaction the context is in. */
@Repository
class LoginRepository {
    /** Where a way has got to; see the table. */
    enum Step {
        ASKED("asked"),
        RETURNED("returned"),
        CODE("code"),
        SIGN_UP("sign_up");

        private final String text;

        Step(String text) {
            this.text = text;
        }
    }

    /** Whose login it is. */
    record Held(LoginId id, UserId user) {}

    /**
     * A way.
     *
     * @param user who links, or whose code is awaited
     * @param proven who came back
     * @param login which they came back with, where a code is awaited
     * @param session the session that is to be proven once more
     * @param invitation which one is to be accepted
     */
    record Flow(
            String next,
            @Nullable UserId user,
            @Nullable Proven proven,
            @Nullable LoginId login,
            @Nullable SessionId session,
            @Nullable InvitationId invitation) {}

    /**
     * What a way is begun for.
     *
     * @param next the page of ours that follows
     * @param user who links, or is to prove themselves in a session
     */
    record Begun(
            String next,
            @Nullable UserId user,
            @Nullable SessionId session,
            @Nullable InvitationId invitation) {}

    void begin(DSLContext dsl, FlowSecret secret, Begun begun, Instant now, Instant until) {
        dsl.insertInto(LOGIN_FLOW)
                .set(LOGIN_FLOW.COOKIE_HASH, secret.hash())
                .set(LOGIN_FLOW.STEP, Step.ASKED.text)
                .set(LOGIN_FLOW.NEXT_PATH, begun.next)
                .set(LOGIN_FLOW.USER_ID, begun.user)
                .set(LOGIN_FLOW.SESSION_ID, begun.session)
                .set(LOGIN_FLOW.INVITATION_ID, begun.invitation)
                .set(LOGIN_FLOW.CREATED_AT, now)
                .set(LOGIN_FLOW.EXPIRES_AT, until)
                .execute();
    }

    /** Takes a way that was begun; it leads back once. */
    Optional<Flow> takeBack(DSLContext dsl, FlowSecret secret, Instant now) {
        return dsl.update(LOGIN_FLOW)
                .set(LOGIN_FLOW.STEP, Step.RETURNED.text)
                .where(
                        LOGIN_FLOW.COOKIE_HASH.eq(secret.hash()),
                        LOGIN_FLOW.STEP.eq(Step.ASKED.text),
                        LOGIN_FLOW.EXPIRES_AT.gt(now))
                .returning()
                .fetchOptional(LoginRepository::flow);
    }

    /** A way that waits at a step. */
    Optional<Flow> find(DSLContext dsl, FlowSecret secret, Step step, Instant now) {
        return dsl.selectFrom(LOGIN_FLOW)
                .where(
                        LOGIN_FLOW.COOKIE_HASH.eq(secret.hash()),
                        LOGIN_FLOW.STEP.eq(step.text),
                        LOGIN_FLOW.EXPIRES_AT.gt(now))
                .fetchOptional(LoginRepository::flow);
    }

    /** Lets a way that came back wait for what is still missing. */
    void await(DSLContext dsl, FlowSecret secret, Step step, Proven proven, @Nullable Held login, Instant until) {
        dsl.update(LOGIN_FLOW)
                .set(LOGIN_FLOW.STEP, step.text)
                .set(LOGIN_FLOW.USER_ID, login == null ? null : login.user())
                .set(LOGIN_FLOW.LOGIN_ID, login == null ? null : login.id())
                .set(LOGIN_FLOW.ISSUER, proven.issuer())
                .set(LOGIN_FLOW.SUBJECT, proven.subject())
                .set(LOGIN_FLOW.EMAIL, proven.email())
                .set(LOGIN_FLOW.EMAIL_VERIFIED, proven.emailVerified())
                .set(LOGIN_FLOW.FULL_NAME, proven.fullName())
                .set(LOGIN_FLOW.EXPIRES_AT, until)
                .where(LOGIN_FLOW.COOKIE_HASH.eq(secret.hash()))
                .execute();
    }

    /** Ends a way; false if it had ended. */
    boolean end(DSLContext dsl, FlowSecret secret) {
        return dsl.deleteFrom(LOGIN_FLOW)
                        .where(LOGIN_FLOW.COOKIE_HASH.eq(secret.hash()))
                        .execute()
                == 1;
    }

    int forget(DSLContext dsl, Instant now) {
        return dsl.deleteFrom(LOGIN_FLOW).where(LOGIN_FLOW.EXPIRES_AT.le(now)).execute();
    }

    private static Flow flow(LoginFlowRecord row) {
        String issuer = row.getIssuer();
        Proven proven = issuer == null
                ? null
                : new Proven(issuer, row.getSubject(), row.getEmail(), row.getEmailVerified(), row.getFullName(), null);
        return new Flow(
                row.getNextPath(),
                row.getUserId(),
                proven,
                row.getLoginId(),
                row.getSessionId(),
                row.getInvitationId());
    }

    /** Whose login a pair of issuer and subject is. */
    Optional<Held> holder(DSLContext dsl, Proven proven) {
        return dsl.select(LOGIN.LOGIN_ID, LOGIN.USER_ID)
                .from(LOGIN)
                .where(LOGIN.ISSUER.eq(proven.issuer()), LOGIN.SUBJECT.eq(proven.subject()))
                .fetchOptional(row -> new Held(row.value1(), row.value2()));
    }

    /** Links one; empty if somebody has it. */
    Optional<Held> insert(DSLContext dsl, UserId user, Proven proven, Instant now) {
        LoginId login = LoginId.next();
        boolean done = dsl.insertInto(LOGIN)
                        .set(LOGIN.LOGIN_ID, login)
                        .set(LOGIN.USER_ID, user)
                        .set(LOGIN.ISSUER, proven.issuer())
                        .set(LOGIN.SUBJECT, proven.subject())
                        .set(LOGIN.EMAIL, proven.email())
                        .set(LOGIN.CREATED_AT, now)
                        .onConflict(LOGIN.ISSUER, LOGIN.SUBJECT)
                        .doNothing()
                        .execute()
                == 1;
        return done ? Optional.of(new Held(login, user)) : Optional.empty();
    }

    void used(DSLContext dsl, LoginId login, Instant now) {
        dsl.update(LOGIN)
                .set(LOGIN.LAST_USED_AT, now)
                .where(LOGIN.LOGIN_ID.eq(login))
                .execute();
    }

    /** Oldest first. */
    List<Login> list(DSLContext dsl, UserId user) {
        return dsl.selectFrom(LOGIN)
                .where(LOGIN.USER_ID.eq(user))
                .orderBy(LOGIN.LOGIN_ID)
                .fetch(LoginRepository::login);
    }

    boolean delete(DSLContext dsl, UserId user, LoginId login) {
        return dsl.deleteFrom(LOGIN)
                        .where(LOGIN.USER_ID.eq(user), LOGIN.LOGIN_ID.eq(login))
                        .execute()
                == 1;
    }

    private static Login login(LoginRecord row) {
        return new Login(
                row.getLoginId(),
                row.getIssuer(),
                row.getSubject(),
                row.getEmail(),
                row.getCreatedAt(),
                row.getLastUsedAt());
    }
}
