package dev.berth.gateway.registry;

import static dev.berth.schema.db.gateway.Tables.REGISTRY_CREDENTIAL;

import dev.berth.gateway.account.Reaping;
import dev.berth.schema.db.gateway.tables.records.RegistryCredentialRecord;
import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/** Credentials for registries. Each method works in whatever transaction the context is in. */
@Repository
class RegistryCredentialRepository implements Reaping {
    void put(DSLContext dsl, RegistryCredential credential) {
        RegistryCredentialRecord row = new RegistryCredentialRecord(
                credential.account(),
                credential.registry(),
                credential.username(),
                credential.version(),
                credential.sealed(),
                credential.createdAt(),
                credential.updatedAt());
        dsl.insertInto(REGISTRY_CREDENTIAL)
                .set(row)
                .onConflict(REGISTRY_CREDENTIAL.ACCOUNT_ID, REGISTRY_CREDENTIAL.REGISTRY)
                .doUpdate()
                .set(row)
                .execute();
    }

    Optional<RegistryCredential> find(DSLContext dsl, AccountId account, String registry) {
        return dsl.selectFrom(REGISTRY_CREDENTIAL)
                .where(REGISTRY_CREDENTIAL.ACCOUNT_ID.eq(account), REGISTRY_CREDENTIAL.REGISTRY.eq(registry))
                .fetchOptional(RegistryCredentialRepository::read);
    }

    /** By registry; there are few. */
    List<RegistryCredential> all(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(REGISTRY_CREDENTIAL)
                .where(REGISTRY_CREDENTIAL.ACCOUNT_ID.eq(account))
                .orderBy(REGISTRY_CREDENTIAL.REGISTRY)
                .fetch(RegistryCredentialRepository::read);
    }

    void delete(DSLContext dsl, AccountId account, String registry) {
        dsl.deleteFrom(REGISTRY_CREDENTIAL)
                .where(REGISTRY_CREDENTIAL.ACCOUNT_ID.eq(account), REGISTRY_CREDENTIAL.REGISTRY.eq(registry))
                .execute();
    }

    private static RegistryCredential read(RegistryCredentialRecord row) {
        return new RegistryCredential(
                row.getAccountId(),
                row.getRegistry(),
                row.getUsername(),
                row.getVersion(),
                row.getSealed(),
                row.getCreatedAt(),
                row.getUpdatedAt());
    }

    @Override
    public boolean reap(DSLContext transaction, AccountId account, Instant now) {
        transaction
                .deleteFrom(REGISTRY_CREDENTIAL)
                .where(REGISTRY_CREDENTIAL.ACCOUNT_ID.eq(account))
                .execute();
        return true;
    }
}
