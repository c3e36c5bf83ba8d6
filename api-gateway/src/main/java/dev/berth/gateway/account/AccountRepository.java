package dev.berth.gateway.account;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;
import static dev.berth.schema.db.gateway.Tables.FEED_TENANT;
import static dev.berth.schema.db.gateway.Tables.MEMBERSHIP;
import static dev.berth.schema.db.gateway.Tables.USERS;

import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Role;
import dev.berth.schema.db.gateway.tables.Membership;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectOnConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Accounts and the people in them. */
@Repository
class AccountRepository {
    /** Whether an account is closing or closed for good, as far as this service knows. */
    static final Condition ENDS = ACCOUNT.CLOSING_AT.isNotNull().or(ACCOUNT.CLOSED_AT.isNotNull());

    /** The same, or closed by what billing said. */
    static final Field<Boolean> CLOSED = DSL.field(ENDS.or(ACCOUNT.STANDING.eq(Standing.CLOSED.text())));

    private static final Field<Boolean> ENDING = DSL.field(ENDS);

    /** What the operator sees: the account and its owner's address; null once its people were forgotten. */
    record Owned(Account account, @Nullable String email) {}

    /** A person as a sign-in needs them; no hash is one without a password. */
    record Credential(
            UserId user,
            @Nullable AccountId account,
            @Nullable String passwordHash) {}

    void insertAccount(DSLContext dsl, AccountId id, SignupRules.NewAccount signup, Plan plan, Instant now) {
        dsl.insertInto(ACCOUNT)
                .set(ACCOUNT.ACCOUNT_ID, id)
                .set(ACCOUNT.NAME, signup.name())
                .set(ACCOUNT.PLAN, plan.name())
                .set(ACCOUNT.CURRENCY, signup.currency())
                .set(ACCOUNT.TIME_ZONE, signup.zone().getId())
                .set(ACCOUNT.CREATED_AT, now)
                .execute();
    }

    /** Makes a person the first owner. */
    void insertOwner(DSLContext dsl, AccountId account, UserId user, Instant now) {
        dsl.insertInto(MEMBERSHIP)
                .set(MEMBERSHIP.ACCOUNT_ID, account)
                .set(MEMBERSHIP.USER_ID, user)
                .set(MEMBERSHIP.ROLE, Role.OWNER.text())
                .set(MEMBERSHIP.CREATED_AT, now)
                .execute();
    }

    Optional<Account> find(DSLContext dsl, AccountId id) {
        return accounts(dsl).where(ACCOUNT.ACCOUNT_ID.eq(id)).fetchOptional().map(AccountRepository::account);
    }

    /** Newest first. */
    List<Owned> list(DSLContext dsl, @Nullable AccountId before, @Nullable String emailKey, Paging paging) {
        Condition condition = before == null ? DSL.noCondition() : ACCOUNT.ACCOUNT_ID.lt(before);
        if (emailKey != null) {
            condition = condition.and(USERS.EMAIL_KEY.eq(emailKey));
        }
        return accounts(dsl)
                .where(condition)
                .orderBy(ACCOUNT.ACCOUNT_ID.desc())
                .limit(paging.limit() + 1)
                .fetch(row -> new Owned(account(row), row.get(USERS.EMAIL)));
    }

    Optional<Owned> findOwned(DSLContext dsl, AccountId id) {
        return accounts(dsl)
                .where(ACCOUNT.ACCOUNT_ID.eq(id))
                .fetchOptional(row -> new Owned(account(row), row.get(USERS.EMAIL)));
    }

    /** The person of an address and the account they are in longest, null if they are in none. */
    Optional<Credential> credential(DSLContext dsl, String emailKey) {
        return dsl.select(USERS.USER_ID, MEMBERSHIP.ACCOUNT_ID, USERS.PASSWORD_HASH)
                .from(USERS)
                .leftJoin(MEMBERSHIP)
                .on(MEMBERSHIP.USER_ID.eq(USERS.USER_ID))
                .where(USERS.EMAIL_KEY.eq(emailKey))
                .orderBy(MEMBERSHIP.CREATED_AT)
                .limit(1)
                .fetchOptional(row -> new Credential(row.value1(), row.value2(), row.value3()));
    }

    /** The account that somebody is in longest. */
    Optional<AccountId> longest(DSLContext dsl, UserId user) {
        return dsl.select(MEMBERSHIP.ACCOUNT_ID)
                .from(MEMBERSHIP)
                .where(MEMBERSHIP.USER_ID.eq(user))
                .orderBy(MEMBERSHIP.CREATED_AT)
                .limit(1)
                .fetchOptional(MEMBERSHIP.ACCOUNT_ID);
    }

    /** Keeps others from changing it until the transaction ends. */
    void lock(DSLContext dsl, AccountId id) {
        dsl.selectOne()
                .from(ACCOUNT)
                .where(ACCOUNT.ACCOUNT_ID.eq(id))
                .forNoKeyUpdate()
                .execute();
    }

    void rename(DSLContext dsl, AccountId id, String name) {
        dsl.update(ACCOUNT)
                .set(ACCOUNT.NAME, name)
                .where(ACCOUNT.ACCOUNT_ID.eq(id))
                .execute();
    }

    int setPlan(DSLContext dsl, AccountId id, String plan) {
        return dsl.update(ACCOUNT)
                .set(ACCOUNT.PLAN, plan)
                .where(ACCOUNT.ACCOUNT_ID.eq(id))
                .execute();
    }

    /** Keeps the standing from changing until the transaction ends; others may do the same. */
    Optional<AccountStanding> holdStanding(DSLContext dsl, AccountId id) {
        return dsl.select(ACCOUNT.STANDING, ACCOUNT.CAP_REACHED, ENDING)
                .from(ACCOUNT)
                .where(ACCOUNT.ACCOUNT_ID.eq(id))
                .forShare()
                .fetchOptional(row -> new AccountStanding(Standing.of(row.value1()), row.value2(), row.value3()));
    }

    /**
     * Locks the row against all who hold the standing, and writes what is newer than what stands there; closed it stays.
     *
     * @return how it stood before and stands now, empty if there is no such account
     */
    Optional<Accounts.Stood> replaceStanding(DSLContext dsl, StandingChanged changed) {
        var found = dsl.select(ACCOUNT.STANDING, ACCOUNT.CAP_REACHED, ACCOUNT.STANDING_SINCE, ENDING)
                .from(ACCOUNT)
                .where(ACCOUNT.ACCOUNT_ID.eq(changed.account()))
                .forNoKeyUpdate()
                .fetchOptional();
        return found.map(row -> {
            AccountStanding before = new AccountStanding(Standing.of(row.value1()), row.value2(), row.value4());
            Instant since = row.value3();
            boolean old = since != null && changed.occurredAt().isBefore(since);
            boolean reopens = before.standing() == Standing.CLOSED && changed.standing() != Standing.CLOSED;
            if (old || reopens) {
                return new Accounts.Stood(before, before);
            }
            dsl.update(ACCOUNT)
                    .set(ACCOUNT.STANDING, changed.standing().text())
                    .set(ACCOUNT.CAP_REACHED, changed.capReached())
                    .set(ACCOUNT.STANDING_REASON, changed.reason())
                    .set(ACCOUNT.STANDING_SINCE, changed.occurredAt())
                    .where(ACCOUNT.ACCOUNT_ID.eq(changed.account()))
                    .execute();
            return new Accounts.Stood(
                    before, new AccountStanding(changed.standing(), changed.capReached(), row.value4()));
        });
    }

    private static SelectOnConditionStep<Record> accounts(DSLContext dsl) {
        return dsl.select(ACCOUNT.fields())
                .select(USERS.EMAIL, FEED_TENANT.STATE)
                .from(ACCOUNT)
                .leftJoin(MEMBERSHIP)
                .on(MEMBERSHIP.ACCOUNT_ID.eq(ACCOUNT.ACCOUNT_ID).and(MEMBERSHIP.USER_ID.eq(firstOwner())))
                .leftJoin(USERS)
                .on(USERS.USER_ID.eq(MEMBERSHIP.USER_ID))
                .leftJoin(FEED_TENANT)
                .on(FEED_TENANT.ACCOUNT_ID.eq(ACCOUNT.ACCOUNT_ID));
    }

    /** Of several owners the one who is it longest. */
    private static Field<UserId> firstOwner() {
        Membership owners = MEMBERSHIP.as("owners");
        return DSL.field(DSL.select(owners.USER_ID)
                .from(owners)
                .where(owners.ACCOUNT_ID.eq(ACCOUNT.ACCOUNT_ID), owners.ROLE.eq(Role.OWNER.text()))
                .orderBy(owners.CREATED_AT, owners.USER_ID)
                .limit(1));
    }

    private static Account account(Record row) {
        return new Account(
                row.get(ACCOUNT.ACCOUNT_ID),
                row.get(ACCOUNT.NAME),
                row.get(ACCOUNT.PLAN),
                row.get(ACCOUNT.CURRENCY),
                row.get(ACCOUNT.TIME_ZONE),
                Standing.of(row.get(ACCOUNT.STANDING)),
                row.get(ACCOUNT.CAP_REACHED),
                state(row),
                closing(row),
                row.get(ACCOUNT.CLOSED_AT),
                row.get(ACCOUNT.CREATED_AT));
    }

    private static Account.State state(Record row) {
        if (row.get(ACCOUNT.CLOSED_AT) != null) {
            return Account.State.CLOSED;
        }
        if (row.get(ACCOUNT.CLOSING_AT) != null) {
            return Account.State.CLOSING;
        }
        String tenant = row.get(FEED_TENANT.STATE);
        return tenant == null ? Account.State.PROVISIONING : Account.State.valueOf(tenant.toUpperCase(Locale.ROOT));
    }

    private static Account.@Nullable AccountClosing closing(Record row) {
        Instant since = row.get(ACCOUNT.CLOSING_AT);
        return since == null || row.get(ACCOUNT.CLOSED_AT) != null
                ? null
                : new Account.AccountClosing(since, row.get(ACCOUNT.CLOSING_BY), row.get(ACCOUNT.CLOSING_ENDS_AT));
    }
}
