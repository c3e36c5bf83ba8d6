package dev.berth.gateway.secret;

import static dev.berth.schema.db.gateway.Tables.SECRET;

import dev.berth.gateway.account.Reaping;
import dev.berth.schema.db.gateway.tables.records.SecretRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SecretId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/** Secrets. Each method works in whatever transaction the context is in. */
@Repository
class SecretRepository implements Reaping {
    void put(DSLContext dsl, Secret secret) {
        SecretRecord row = new SecretRecord(
                secret.id(),
                secret.account(),
                secret.name(),
                secret.version(),
                secret.sealed(),
                secret.createdAt(),
                secret.updatedAt());
        dsl.insertInto(SECRET)
                .set(row)
                .onConflict(SECRET.SECRET_ID)
                .doUpdate()
                .set(row)
                .execute();
    }

    Optional<Secret> find(DSLContext dsl, AccountId account, SecretId id) {
        return dsl.selectFrom(SECRET)
                .where(SECRET.SECRET_ID.eq(id), SECRET.ACCOUNT_ID.eq(account))
                .fetchOptional(SecretRepository::read);
    }

    Optional<Secret> named(DSLContext dsl, AccountId account, String name) {
        return dsl.selectFrom(SECRET)
                .where(SECRET.ACCOUNT_ID.eq(account), SECRET.NAME.eq(name))
                .fetchOptional(SecretRepository::read);
    }

    /** By name; there are few. */
    List<Secret> all(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(SECRET)
                .where(SECRET.ACCOUNT_ID.eq(account))
                .orderBy(SECRET.NAME)
                .fetch(SecretRepository::read);
    }

    void delete(DSLContext dsl, SecretId id) {
        dsl.deleteFrom(SECRET).where(SECRET.SECRET_ID.eq(id)).execute();
    }

    private static Secret read(SecretRecord row) {
        return new Secret(
                row.getSecretId(),
                row.getAccountId(),
                row.getName(),
                row.getVersion(),
                row.getSealed(),
                row.getCreatedAt(),
                row.getUpdatedAt());
    }

    @Override
    public boolean reap(DSLContext transaction, AccountId account, Instant now) {
        transaction.deleteFrom(SECRET).where(SECRET.ACCOUNT_ID.eq(account)).execute();
        return true;
    }
}
