package dev.berth.gateway.webhook;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_ENDPOINT;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_MESSAGE;

import dev.berth.schema.db.gateway.tables.records.WebhookEndpointRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WebhookEndpointId;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/**
 * Endpoints. Each method works in whatever transaction the context is in. An endpoint is locked before its deliveries, so that nothing
 * becomes due at one that is being disabled.
 */
@Repository
class EndpointRepository {
    private static final String ENABLED = "enabled";
    private static final String DISABLED = "disabled";

    void insert(DSLContext dsl, Endpoint endpoint) {
        dsl.insertInto(WEBHOOK_ENDPOINT).set(row(endpoint)).execute();
    }

    void update(DSLContext dsl, Endpoint endpoint) {
        dsl.update(WEBHOOK_ENDPOINT)
                .set(row(endpoint))
                .where(WEBHOOK_ENDPOINT.ENDPOINT_ID.eq(endpoint.id()))
                .execute();
    }

    Optional<Endpoint> find(DSLContext dsl, AccountId account, WebhookEndpointId id) {
        return dsl.selectFrom(WEBHOOK_ENDPOINT)
                .where(WEBHOOK_ENDPOINT.ENDPOINT_ID.eq(id), WEBHOOK_ENDPOINT.ACCOUNT_ID.eq(account))
                .fetchOptional(EndpointRepository::read);
    }

    Optional<Endpoint> find(DSLContext dsl, WebhookEndpointId id) {
        return dsl.selectFrom(WEBHOOK_ENDPOINT)
                .where(WEBHOOK_ENDPOINT.ENDPOINT_ID.eq(id))
                .fetchOptional(EndpointRepository::read);
    }

    /** Locks it until the transaction ends. */
    Optional<Endpoint> lock(DSLContext dsl, WebhookEndpointId id) {
        return dsl.selectFrom(WEBHOOK_ENDPOINT)
                .where(WEBHOOK_ENDPOINT.ENDPOINT_ID.eq(id))
                .forNoKeyUpdate()
                .fetchOptional(EndpointRepository::read);
    }

    /** The newest first; there are few. */
    List<Endpoint> of(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(WEBHOOK_ENDPOINT)
                .where(WEBHOOK_ENDPOINT.ACCOUNT_ID.eq(account))
                .orderBy(WEBHOOK_ENDPOINT.ENDPOINT_ID.desc())
                .fetch(EndpointRepository::read);
    }

    /** Accounts that have events sent anywhere. */
    List<AccountId> accounts(DSLContext dsl) {
        return dsl.selectDistinct(WEBHOOK_ENDPOINT.ACCOUNT_ID)
                .from(WEBHOOK_ENDPOINT)
                .where(WEBHOOK_ENDPOINT.STATE.eq(ENABLED))
                .fetch(WEBHOOK_ENDPOINT.ACCOUNT_ID);
    }

    /** Endpoints of accounts that have events sent; none of them is disabled before the transaction ends. */
    List<Endpoint> taking(DSLContext dsl, Collection<AccountId> accounts) {
        return dsl.selectFrom(WEBHOOK_ENDPOINT)
                .where(WEBHOOK_ENDPOINT.ACCOUNT_ID.in(accounts), WEBHOOK_ENDPOINT.STATE.eq(ENABLED))
                .orderBy(WEBHOOK_ENDPOINT.ENDPOINT_ID)
                .forShare()
                .fetch(EndpointRepository::read);
    }

    /** What of the feed is sent to an account's endpoints: what stands behind one position, up to another. */
    record Window(long from, long until) {
        boolean has(long position) {
            return position > from && position <= until;
        }
    }

    /** Those of accounts that are closing, are closed or were reopened; all others have everything sent. */
    Map<AccountId, Window> windows(DSLContext dsl, Collection<AccountId> accounts) {
        return dsl.select(ACCOUNT.ACCOUNT_ID, ACCOUNT.EVENTS_FROM, ACCOUNT.EVENTS_UNTIL)
                .from(ACCOUNT)
                .where(ACCOUNT.ACCOUNT_ID.in(accounts))
                .and(ACCOUNT.EVENTS_FROM.isNotNull().or(ACCOUNT.EVENTS_UNTIL.isNotNull()))
                .fetchMap(
                        ACCOUNT.ACCOUNT_ID,
                        row -> new Window(
                                row.value2() == null ? 0 : row.value2(),
                                row.value3() == null ? Long.MAX_VALUE : row.value3()));
    }

    /** Forgets all of an account, and what was sent. */
    void deleteAll(DSLContext dsl, AccountId account) {
        dsl.deleteFrom(WEBHOOK_ENDPOINT)
                .where(WEBHOOK_ENDPOINT.ACCOUNT_ID.eq(account))
                .execute();
        dsl.deleteFrom(WEBHOOK_MESSAGE)
                .where(WEBHOOK_MESSAGE.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** Forgets it, and its deliveries with it. */
    void delete(DSLContext dsl, WebhookEndpointId id) {
        dsl.deleteFrom(WEBHOOK_ENDPOINT)
                .where(WEBHOOK_ENDPOINT.ENDPOINT_ID.eq(id))
                .execute();
    }

    private static WebhookEndpointRecord row(Endpoint endpoint) {
        Endpoint.Previous previous = endpoint.previous();
        WebhookEndpointRecord row = new WebhookEndpointRecord();
        row.setEndpointId(endpoint.id());
        row.setAccountId(endpoint.account());
        row.setUrl(endpoint.url());
        row.setDescription(endpoint.description());
        row.setEvents(endpoint.events().toArray(String[]::new));
        row.setState(endpoint.disabled() ? DISABLED : ENABLED);
        row.setDisabledReason(endpoint.disabledReason());
        row.setFromPosition(endpoint.fromPosition());
        row.setGeneration(endpoint.generation());
        row.setSecretVersion(endpoint.secretVersion());
        row.setSealed(endpoint.sealed());
        row.setPreviousSealed(previous == null ? null : previous.sealed());
        row.setPreviousUntil(previous == null ? null : previous.until());
        row.setFailingSince(endpoint.failingSince());
        row.setSucceededAt(endpoint.succeededAt());
        row.setCreatedBy(endpoint.createdBy());
        row.setCreatedAt(endpoint.createdAt());
        row.setUpdatedAt(endpoint.updatedAt());
        return row;
    }

    private static Endpoint read(WebhookEndpointRecord row) {
        return new Endpoint(
                row.getEndpointId(),
                row.getAccountId(),
                row.getUrl(),
                row.getDescription(),
                Arrays.asList(row.getEvents()),
                row.getState().equals(DISABLED),
                row.getDisabledReason(),
                row.getFromPosition(),
                row.getGeneration(),
                row.getSecretVersion(),
                row.getSealed(),
                row.getPreviousSealed() == null
                        ? null
                        : new Endpoint.Previous(
                                row.getPreviousSealed(), Objects.requireNonNull(row.getPreviousUntil())),
                row.getFailingSince(),
                row.getSucceededAt(),
                row.getCreatedBy(),
                row.getCreatedAt(),
                row.getUpdatedAt());
    }
}
