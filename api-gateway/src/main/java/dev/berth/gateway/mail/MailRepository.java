package dev.berth.gateway.mail;

import static dev.berth.schema.db.gateway.Tables.MAIL;

import dev.berth.schema.db.gateway.tables.records.MailRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.MailId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Mails. Each method works in whatever transaction the context is in. */
@Repository
class MailRepository {
    private static final Condition OPEN = MAIL.STATE.in(MailState.WAITING.text(), MailState.SENDING.text());

    void insert(DSLContext dsl, Mail mail, Instant deadline) {
        MailRecord row = new MailRecord();
        row.setMailId(mail.id());
        row.setAccountId(mail.account());
        row.setKind(mail.kind());
        row.setRecipient(mail.recipient());
        row.setSubject(mail.subject());
        row.setBody(mail.body());
        row.setHtml(mail.html());
        row.setState(mail.state().text());
        row.setAttempts(mail.attempts());
        row.setNextAt(mail.createdAt());
        row.setDeadlineAt(deadline);
        row.setCreatedAt(mail.createdAt());
        row.setError(mail.error());
        dsl.insertInto(MAIL).set(row).execute();
    }

    /** Takes the mail that is due longest, for as long as one attempt lasts; nobody else takes it meanwhile. */
    Optional<Mail> take(DSLContext dsl, Instant now, Duration lease) {
        return dsl.update(MAIL)
                .set(MAIL.STATE, MailState.SENDING.text())
                .set(MAIL.ATTEMPTS, MAIL.ATTEMPTS.plus(1))
                .set(MAIL.NEXT_AT, now.plus(lease))
                .where(MAIL.MAIL_ID.eq(DSL.select(MAIL.MAIL_ID)
                        .from(MAIL)
                        .where(OPEN, MAIL.NEXT_AT.le(now), MAIL.DEADLINE_AT.gt(now))
                        .orderBy(MAIL.NEXT_AT)
                        .limit(1)
                        .forUpdate()
                        .skipLocked()))
                .returning()
                .fetchOptional(MailRepository::mail);
    }

    /** Writes what became of an attempt, unless somebody else has taken the mail since. */
    void sent(DSLContext dsl, Mail mail, Instant now) {
        dsl.update(MAIL)
                .set(MAIL.STATE, MailState.SENT.text())
                .set(MAIL.SENT_AT, now)
                .setNull(MAIL.BODY)
                .setNull(MAIL.HTML)
                .set(MAIL.ERROR, "")
                .where(MAIL.MAIL_ID.eq(mail.id()), MAIL.ATTEMPTS.eq(mail.attempts()), OPEN)
                .execute();
    }

    void failed(DSLContext dsl, Mail mail, String error, Instant next) {
        dsl.update(MAIL)
                .set(MAIL.STATE, MailState.WAITING.text())
                .set(MAIL.NEXT_AT, next)
                .set(MAIL.ERROR, error)
                .where(MAIL.MAIL_ID.eq(mail.id()), MAIL.ATTEMPTS.eq(mail.attempts()), OPEN)
                .execute();
    }

    int giveUp(DSLContext dsl, Instant now) {
        return dsl.update(MAIL)
                .set(MAIL.STATE, MailState.GIVEN_UP.text())
                .setNull(MAIL.BODY)
                .setNull(MAIL.HTML)
                .where(OPEN, MAIL.DEADLINE_AT.le(now))
                .execute();
    }

    int forget(DSLContext dsl, Instant before) {
        return dsl.deleteFrom(MAIL).where(MAIL.CREATED_AT.lt(before)).execute();
    }

    /** Newest first. */
    List<Mail> list(DSLContext dsl, @Nullable MailId before, int limit) {
        return dsl.selectFrom(MAIL)
                .where(before == null ? DSL.noCondition() : MAIL.MAIL_ID.lt(before))
                .orderBy(MAIL.MAIL_ID.desc())
                .limit(limit)
                .fetch(MailRepository::mail);
    }

    /** How many of a kind an account caused since a time. */
    int count(DSLContext dsl, AccountId account, String kind, Instant since) {
        return dsl.fetchCount(MAIL, MAIL.ACCOUNT_ID.eq(account), MAIL.KIND.eq(kind), MAIL.CREATED_AT.ge(since));
    }

    private static Mail mail(MailRecord row) {
        return new Mail(
                row.getMailId(),
                row.getAccountId(),
                row.getKind(),
                row.getRecipient(),
                row.getSubject(),
                row.getBody(),
                row.getHtml(),
                MailState.of(row.getState()),
                row.getAttempts(),
                row.getCreatedAt(),
                row.getSentAt(),
                row.getError());
    }
}
