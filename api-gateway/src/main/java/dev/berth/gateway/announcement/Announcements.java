package dev.berth.gateway.announcement;

import dev.berth.gateway.announcement.AnnouncementRepository.Told;
import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.id.AnnouncementId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/** Announcements: made, changed, deleted, shown while they are current. Its writes run in the transaction of the call. Thread-safe. */
@Service
public class Announcements {
    static final int MAX_TITLE = 120;
    static final int MAX_BODY = 2_000;

    /** The most that are current or to come; so many are shown at once. */
    static final int MAX_OPEN = 10;

    /** How far ahead one can be dated, and how long it can last. */
    static final Duration FARTHEST = Duration.ofDays(366);

    /** How long one is kept after it is over. */
    static final Duration KEPT = Duration.ofDays(90);

    /** What is wanted; what is null is as it was, or as it is unless said. */
    record Wanted(
            @Nullable String title,
            @Nullable String body,
            @Nullable String severity,
            @Nullable Instant from,
            @Nullable Instant until) {}

    private final DSLContext dsl;
    private final AnnouncementRepository repository;
    private final InstantSource clock;

    Announcements(DSLContext dsl, AnnouncementRepository repository, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.clock = clock;
    }

    /** What customers are shown now, the one that began last first; at most {@link #MAX_OPEN}. */
    public List<Announcement> current() {
        return repository.current(dsl, clock.instant(), MAX_OPEN);
    }

    /** All that are kept, the newest first. */
    Page<Told> list(Paging paging) {
        Cursor cursor = paging.after();
        AnnouncementId before = cursor == null ? null : parse(cursor.position()).orElseThrow(Cursor::foreign);
        return Page.of(
                repository.list(dsl, before, paging.limit() + 1),
                paging.limit(),
                one -> one.announcement().id().toString());
    }

    /** Makes one. 422 for fields that are wrong; 409 for one too many. */
    Told make(Wanted wanted, String by) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Announcement blank = new Announcement(AnnouncementId.next(), "", "", Severity.INFO, now, null);
        Announcement made = checked(blank, wanted, now);
        repository.insert(dsl, made, by, now);
        return new Told(made, by, now, now);
    }

    /** Changes what is given of one. 404; 422 for fields that are wrong; 409 for one too many. */
    Told change(String id, Wanted wanted) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Announcement before = parse(id)
                .flatMap(one -> repository.lock(dsl, one))
                .map(Told::announcement)
                .orElseThrow(() -> missing(id));
        return repository.update(dsl, checked(before, wanted, now), now).orElseThrow(() -> missing(id));
    }

    /** Deletes one; nobody is shown it any more. 404. */
    void delete(String id) {
        if (!parse(id).map(one -> repository.delete(dsl, one)).orElse(false)) {
            throw missing(id);
        }
    }

    private Announcement checked(Announcement before, Wanted wanted, Instant now) {
        List<FieldError> errors = new ArrayList<>();
        String title = wanted.title() == null ? before.title() : wanted.title().strip();
        if (title.isEmpty() || title.length() > MAX_TITLE || !Words.isPlain(title)) {
            errors.add(new FieldError(
                    "title",
                    "must have 1 to %d characters on one line, none of them control characters".formatted(MAX_TITLE)));
        }
        String body =
                wanted.body() == null ? before.body() : wanted.body().strip().replace("\r\n", "\n");
        if (body.length() > MAX_BODY || !Words.isPlain(body.replace("\n", ""))) {
            errors.add(new FieldError("body", "must be plain text of at most %d characters".formatted(MAX_BODY)));
        }
        Optional<Severity> severity =
                wanted.severity() == null ? Optional.of(before.severity()) : Severity.named(wanted.severity());
        if (severity.isEmpty()) {
            errors.add(new FieldError("severity", "must be one of " + Severity.list()));
        }
        Instant from = wanted.from() == null ? before.from() : wanted.from();
        Instant until = wanted.until() == null ? before.until() : wanted.until();
        if (from.isBefore(now.minus(FARTHEST)) || from.isAfter(now.plus(FARTHEST))) {
            errors.add(new FieldError("from", "must be within a year from now"));
        }
        if (until != null && (!until.isAfter(from) || until.isAfter(from.plus(FARTHEST)))) {
            errors.add(new FieldError("until", "must be after from, and within a year of it"));
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        boolean over = until != null && !until.isAfter(now);
        if (!over && repository.count(dsl, now, before.id()) >= MAX_OPEN) {
            throw Refusal.of(
                            ErrorCode.CONFLICT,
                            "%d announcements are current or to come, which is the most.".formatted(MAX_OPEN))
                    .fact("limit", MAX_OPEN)
                    .hint("Delete one, or let one end.");
        }
        return new Announcement(before.id(), title, body, severity.orElseThrow(), from, until);
    }

    private static Optional<AnnouncementId> parse(String id) {
        return GivenId.read(id, AnnouncementId::parse);
    }

    private static Refusal missing(String id) {
        return Refusal.notFound("announcement", id);
    }

    @Scheduled(initialDelay = 7, fixedDelay = 360, timeUnit = TimeUnit.MINUTES)
    void forget() {
        repository.forget(dsl, clock.instant().minus(KEPT));
    }
}
