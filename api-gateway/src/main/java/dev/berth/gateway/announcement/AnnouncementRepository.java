package dev.berth.gateway.announcement;

import static dev.berth.schema.db.gateway.Tables.ANNOUNCEMENT;

import dev.berth.schema.db.gateway.tables.records.AnnouncementRecord;
import dev.berth.schema.id.AnnouncementId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Announcements. Each method works in whatever transaction the context is in. */
@Repository
class AnnouncementRepository {
    /** An announcement and what only the operator sees of it. */
    record Told(Announcement announcement, String createdBy, Instant createdAt, Instant updatedAt) {}

    void insert(DSLContext dsl, Announcement one, String by, Instant now) {
        dsl.insertInto(ANNOUNCEMENT)
                .set(ANNOUNCEMENT.ANNOUNCEMENT_ID, one.id())
                .set(ANNOUNCEMENT.TITLE, one.title())
                .set(ANNOUNCEMENT.BODY, one.body())
                .set(ANNOUNCEMENT.SEVERITY, one.severity().text())
                .set(ANNOUNCEMENT.FROM_AT, one.from())
                .set(ANNOUNCEMENT.UNTIL_AT, one.until())
                .set(ANNOUNCEMENT.CREATED_BY, by)
                .set(ANNOUNCEMENT.CREATED_AT, now)
                .set(ANNOUNCEMENT.UPDATED_AT, now)
                .execute();
    }

    Optional<Told> update(DSLContext dsl, Announcement one, Instant now) {
        return dsl.update(ANNOUNCEMENT)
                .set(ANNOUNCEMENT.TITLE, one.title())
                .set(ANNOUNCEMENT.BODY, one.body())
                .set(ANNOUNCEMENT.SEVERITY, one.severity().text())
                .set(ANNOUNCEMENT.FROM_AT, one.from())
                .set(ANNOUNCEMENT.UNTIL_AT, one.until())
                .set(ANNOUNCEMENT.UPDATED_AT, now)
                .where(ANNOUNCEMENT.ANNOUNCEMENT_ID.eq(one.id()))
                .returning()
                .fetchOptional(AnnouncementRepository::told);
    }

    /** One, locked until the transaction ends. */
    Optional<Told> lock(DSLContext dsl, AnnouncementId id) {
        return dsl.selectFrom(ANNOUNCEMENT)
                .where(ANNOUNCEMENT.ANNOUNCEMENT_ID.eq(id))
                .forUpdate()
                .fetchOptional(AnnouncementRepository::told);
    }

    /** Newest first. */
    List<Told> list(DSLContext dsl, @Nullable AnnouncementId before, int limit) {
        return dsl.selectFrom(ANNOUNCEMENT)
                .where(before == null ? DSL.noCondition() : ANNOUNCEMENT.ANNOUNCEMENT_ID.lt(before))
                .orderBy(ANNOUNCEMENT.ANNOUNCEMENT_ID.desc())
                .limit(limit)
                .fetch(AnnouncementRepository::told);
    }

    /** Those that are shown at a time, the one that began last first. */
    List<Announcement> current(DSLContext dsl, Instant now, int limit) {
        return dsl.selectFrom(ANNOUNCEMENT)
                .where(ANNOUNCEMENT.FROM_AT.le(now), notOver(now))
                .orderBy(ANNOUNCEMENT.FROM_AT.desc(), ANNOUNCEMENT.ANNOUNCEMENT_ID.desc())
                .limit(limit)
                .fetch(row -> told(row).announcement());
    }

    /** Those that are current or to come, but for one. */
    int count(DSLContext dsl, Instant now, AnnouncementId but) {
        return dsl.fetchCount(ANNOUNCEMENT, notOver(now), ANNOUNCEMENT.ANNOUNCEMENT_ID.ne(but));
    }

    boolean delete(DSLContext dsl, AnnouncementId id) {
        return dsl.deleteFrom(ANNOUNCEMENT)
                        .where(ANNOUNCEMENT.ANNOUNCEMENT_ID.eq(id))
                        .execute()
                == 1;
    }

    /** Forgets those that were over before a time. */
    int forget(DSLContext dsl, Instant before) {
        return dsl.deleteFrom(ANNOUNCEMENT)
                .where(ANNOUNCEMENT.UNTIL_AT.lt(before))
                .execute();
    }

    private static Condition notOver(Instant now) {
        return ANNOUNCEMENT.UNTIL_AT.isNull().or(ANNOUNCEMENT.UNTIL_AT.gt(now));
    }

    private static Told told(AnnouncementRecord row) {
        return new Told(
                new Announcement(
                        row.getAnnouncementId(),
                        row.getTitle(),
                        row.getBody(),
                        Severity.of(row.getSeverity()),
                        row.getFromAt(),
                        row.getUntilAt()),
                row.getCreatedBy(),
                row.getCreatedAt(),
                row.getUpdatedAt());
    }
}
