package dev.berth.provisioner.tenant;

import static dev.berth.schema.db.provisioner.Tables.TENANT_IMAGE_NAME;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/**
 * The table {@code tenant_image_name}: what names of images meant to an account when a registry was last asked for it. The names that the
 * engine gives are everybody's, and what one account's registry said last. Works inside the caller's transaction. Thread-safe.
 */
@Repository
public class ImageNameRepository {
    /** What a name meant. */
    public record Meaning(String imageId, String digest) {}

    /** What a name means to an account, by its whole form; empty when no registry was asked for this account, or the image went. */
    public Optional<Meaning> find(DSLContext transaction, AccountId account, String reference) {
        return transaction
                .selectFrom(TENANT_IMAGE_NAME)
                .where(TENANT_IMAGE_NAME.ACCOUNT_ID.eq(account), TENANT_IMAGE_NAME.REFERENCE.eq(reference))
                .fetchOptional(row -> new Meaning(row.getImageId(), row.getDigest()));
    }

    /** Remembers what a registry said. */
    public void put(DSLContext transaction, AccountId account, String reference, Meaning meaning, Instant now) {
        transaction
                .insertInto(TENANT_IMAGE_NAME)
                .set(TENANT_IMAGE_NAME.ACCOUNT_ID, account)
                .set(TENANT_IMAGE_NAME.REFERENCE, reference)
                .set(TENANT_IMAGE_NAME.DIGEST, meaning.digest())
                .set(TENANT_IMAGE_NAME.IMAGE_ID, meaning.imageId())
                .set(TENANT_IMAGE_NAME.ASKED_AT, now)
                .onConflict(TENANT_IMAGE_NAME.ACCOUNT_ID, TENANT_IMAGE_NAME.REFERENCE)
                .doUpdate()
                .set(TENANT_IMAGE_NAME.DIGEST, meaning.digest())
                .set(TENANT_IMAGE_NAME.IMAGE_ID, meaning.imageId())
                .set(TENANT_IMAGE_NAME.ASKED_AT, now)
                .execute();
    }
}
