package dev.berth.provisioner.rollout;

import static dev.berth.schema.db.provisioner.Tables.CONTAINER;
import static dev.berth.schema.db.provisioner.Tables.IMAGE_PIN;
import static dev.berth.schema.db.provisioner.Tables.ROLLOUT;
import static dev.berth.schema.db.provisioner.Tables.WISH;
import static org.jooq.impl.DSL.jsonbGetAttributeAsText;

import dev.berth.schema.db.provisioner.tables.records.ImagePinRecord;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** The table {@code image_pin}. Works inside the caller's transaction. Thread-safe. */
@Repository
public class ImagePinRepository {
    /** The most that are kept of a workload; the gateway keeps fewer revisions to go back to. */
    private static final int MOST = 100;

    /** Of revisions, and of runs. */
    private static final long FIRST = 1;

    /**
     * The image of a revision and run. A revision that is gone back to has the one that it had last: a run that another revision had
     * before is no new one, since a restart counts the runs on and a way back does not.
     */
    public Optional<ImagePin> find(DSLContext transaction, WorkloadId workload, long revision, long run, String image) {
        Optional<ImagePin> exact = transaction
                .selectFrom(IMAGE_PIN)
                .where(of(workload, revision), IMAGE_PIN.RUN.eq(run))
                .fetchOptional(ImagePinRepository::read);
        if (exact.isPresent() || run <= FIRST || isNewRun(transaction, workload, revision, run)) {
            return exact;
        }
        return transaction
                .selectFrom(IMAGE_PIN)
                .where(of(workload, revision), IMAGE_PIN.IMAGE.eq(image), IMAGE_PIN.RUN.lt(run))
                .orderBy(IMAGE_PIN.RUN.desc())
                .limit(1)
                .fetchOptional(ImagePinRepository::read);
    }

    private static boolean isNewRun(DSLContext transaction, WorkloadId workload, long revision, long run) {
        return !transaction.fetchExists(
                CONTAINER, CONTAINER.WORKLOAD_ID.eq(workload), CONTAINER.RUN.eq(run), CONTAINER.REVISION.ne(revision));
    }

    /**
     * Keeps the image of a revision and run; answers the one that is kept, which is another's when that was first.
     *
     * @param instead the image of the host that it had and that cannot be had again, or has another id now; null for none
     */
    public ImagePin keep(DSLContext transaction, ImagePin pin, @Nullable String instead, Instant now) {
        int news = transaction
                .insertInto(IMAGE_PIN)
                .set(IMAGE_PIN.WORKLOAD_ID, pin.workload())
                .set(IMAGE_PIN.REVISION, pin.revision())
                .set(IMAGE_PIN.RUN, pin.run())
                .set(IMAGE_PIN.IMAGE, pin.image())
                .set(IMAGE_PIN.DIGEST, pin.digest())
                .set(IMAGE_PIN.IMAGE_ID, pin.imageId())
                .set(IMAGE_PIN.PINNED_AT, now)
                .onConflict(IMAGE_PIN.WORKLOAD_ID, IMAGE_PIN.REVISION, IMAGE_PIN.RUN)
                .doUpdate()
                .set(IMAGE_PIN.DIGEST, pin.digest())
                .set(IMAGE_PIN.IMAGE_ID, pin.imageId())
                .set(IMAGE_PIN.PINNED_AT, now)
                .where(instead == null ? DSL.falseCondition() : IMAGE_PIN.IMAGE_ID.eq(instead))
                .execute();
        if (news > 0) {
            if (pin.revision() > FIRST || pin.run() > FIRST) {
                thin(transaction, pin);
            }
            return pin;
        }
        return transaction
                .selectFrom(IMAGE_PIN)
                .where(of(pin.workload(), pin.revision()), IMAGE_PIN.RUN.eq(pin.run()))
                .fetchSingle(ImagePinRepository::read);
    }

    /** Earlier runs of the revision are done with, but for the one that serves; and there is an end to the number of revisions. */
    private static void thin(DSLContext transaction, ImagePin pin) {
        Condition serves = DSL.exists(transaction
                .selectOne()
                .from(ROLLOUT)
                .where(ROLLOUT.WORKLOAD_ID.eq(IMAGE_PIN.WORKLOAD_ID), isOf(ROLLOUT.SERVING)));
        Select<?> newest = transaction
                .select(IMAGE_PIN.REVISION)
                .from(IMAGE_PIN)
                .where(IMAGE_PIN.WORKLOAD_ID.eq(pin.workload()))
                .orderBy(IMAGE_PIN.PINNED_AT.desc(), IMAGE_PIN.REVISION.desc())
                .limit(MOST);
        transaction
                .deleteFrom(IMAGE_PIN)
                .where(
                        IMAGE_PIN.WORKLOAD_ID.eq(pin.workload()),
                        DSL.not(serves),
                        IMAGE_PIN
                                .REVISION
                                .eq(pin.revision())
                                .and(IMAGE_PIN.RUN.lt(pin.run()))
                                .or(DSL.condition("{0} not in ({1})", IMAGE_PIN.REVISION, newest)))
                .execute();
    }

    /** The images of revisions and runs that are wished to run, or serve a workload that is. */
    public Set<String> needed(DSLContext transaction) {
        return new HashSet<>(transaction
                .selectDistinct(IMAGE_PIN.IMAGE_ID)
                .from(IMAGE_PIN)
                .join(WISH)
                .on(WISH.WORKLOAD_ID.eq(IMAGE_PIN.WORKLOAD_ID))
                .leftJoin(ROLLOUT)
                .on(ROLLOUT.WORKLOAD_ID.eq(IMAGE_PIN.WORKLOAD_ID))
                .where(
                        WISH.GONE_AT.isNull(),
                        jsonbGetAttributeAsText(WISH.BODY, "state").eq("running"),
                        isOf(WISH.BODY).or(isOf(ROLLOUT.SERVING)))
                .fetch(IMAGE_PIN.IMAGE_ID));
    }

    /** Forgets those of a workload of which nothing is left. */
    public void forget(DSLContext transaction, WorkloadId workload) {
        transaction
                .deleteFrom(IMAGE_PIN)
                .where(IMAGE_PIN.WORKLOAD_ID.eq(workload))
                .execute();
    }

    private static Condition of(WorkloadId workload, long revision) {
        return IMAGE_PIN.WORKLOAD_ID.eq(workload).and(IMAGE_PIN.REVISION.eq(revision));
    }

    /** Whether a wish, as its row has it, is of the revision and run of a pin. */
    private static Condition isOf(Field<JSONB> wish) {
        return jsonbGetAttributeAsText(wish, "revision")
                .eq(IMAGE_PIN.REVISION.cast(String.class))
                .and(jsonbGetAttributeAsText(wish, "run").eq(IMAGE_PIN.RUN.cast(String.class)));
    }

    private static ImagePin read(ImagePinRecord row) {
        return new ImagePin(
                row.getWorkloadId(),
                row.getRevision(),
                row.getRun(),
                row.getImage(),
                row.getDigest(),
                row.getImageId());
    }
}
