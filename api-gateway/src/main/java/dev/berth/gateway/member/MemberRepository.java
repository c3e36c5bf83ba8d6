package dev.berth.gateway.member;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;
import static dev.berth.schema.db.gateway.Tables.MEMBERSHIP;
import static dev.berth.schema.db.gateway.Tables.USERS;

import dev.berth.gateway.edge.Role;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record5;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Who is in which account. Each method works in whatever transaction the context is in. */
@Repository
class MemberRepository {
    /** An account that somebody is in. */
    record Place(AccountId account, String name, Role role) {}

    /** Keeps all others from changing who is in it until the transaction ends. */
    void lock(DSLContext dsl, AccountId account) {
        dsl.selectOne()
                .from(ACCOUNT)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .forNoKeyUpdate()
                .execute();
    }

    /** Those who came last, last. */
    List<Member> list(DSLContext dsl, AccountId account, @Nullable UserId after, int limit) {
        return members(dsl, account, after == null ? DSL.noCondition() : MEMBERSHIP.USER_ID.gt(after))
                .orderBy(MEMBERSHIP.USER_ID)
                .limit(limit)
                .fetch(MemberRepository::member);
    }

    Optional<Member> find(DSLContext dsl, AccountId account, UserId user) {
        return members(dsl, account, MEMBERSHIP.USER_ID.eq(user)).fetchOptional(MemberRepository::member);
    }

    int count(DSLContext dsl, AccountId account) {
        return dsl.fetchCount(MEMBERSHIP, MEMBERSHIP.ACCOUNT_ID.eq(account));
    }

    int owners(DSLContext dsl, AccountId account) {
        return dsl.fetchCount(MEMBERSHIP, MEMBERSHIP.ACCOUNT_ID.eq(account), MEMBERSHIP.ROLE.eq(Role.OWNER.text()));
    }

    /** Adds somebody; false if they are in it. */
    boolean insert(DSLContext dsl, AccountId account, UserId user, Role role, Instant now) {
        return dsl.insertInto(MEMBERSHIP)
                        .set(MEMBERSHIP.ACCOUNT_ID, account)
                        .set(MEMBERSHIP.USER_ID, user)
                        .set(MEMBERSHIP.ROLE, role.text())
                        .set(MEMBERSHIP.CREATED_AT, now)
                        .onConflictDoNothing()
                        .execute()
                == 1;
    }

    void setRole(DSLContext dsl, AccountId account, UserId user, Role role) {
        dsl.update(MEMBERSHIP)
                .set(MEMBERSHIP.ROLE, role.text())
                .where(MEMBERSHIP.ACCOUNT_ID.eq(account), MEMBERSHIP.USER_ID.eq(user))
                .execute();
    }

    /** Which mails about money somebody chose; see the column. */
    String moneyMails(DSLContext dsl, AccountId account, UserId user) {
        return dsl.select(MEMBERSHIP.MONEY_MAILS)
                .from(MEMBERSHIP)
                .where(MEMBERSHIP.ACCOUNT_ID.eq(account), MEMBERSHIP.USER_ID.eq(user))
                .fetchSingle()
                .value1();
    }

    void setMoneyMails(DSLContext dsl, AccountId account, UserId user, String choice) {
        dsl.update(MEMBERSHIP)
                .set(MEMBERSHIP.MONEY_MAILS, choice)
                .where(MEMBERSHIP.ACCOUNT_ID.eq(account), MEMBERSHIP.USER_ID.eq(user))
                .execute();
    }

    /** The proven addresses of those with one of some roles who made one of some choices. */
    List<String> moneyReaders(DSLContext dsl, AccountId account, Set<Role> roles, Set<MoneyMails.Choice> choices) {
        return dsl.select(USERS.EMAIL)
                .from(MEMBERSHIP)
                .join(USERS)
                .on(USERS.USER_ID.eq(MEMBERSHIP.USER_ID))
                .where(
                        MEMBERSHIP.ACCOUNT_ID.eq(account),
                        MEMBERSHIP.ROLE.in(roles.stream().map(Role::text).toList()),
                        MEMBERSHIP.MONEY_MAILS.in(
                                choices.stream().map(MoneyMails.Choice::text).toList()),
                        USERS.EMAIL_VERIFIED_AT.isNotNull())
                .orderBy(MEMBERSHIP.CREATED_AT, MEMBERSHIP.USER_ID)
                .fetch(USERS.EMAIL);
    }

    void delete(DSLContext dsl, AccountId account, UserId user) {
        dsl.deleteFrom(MEMBERSHIP)
                .where(MEMBERSHIP.ACCOUNT_ID.eq(account), MEMBERSHIP.USER_ID.eq(user))
                .execute();
    }

    /** The accounts of somebody, the one they are in longest first. */
    List<Place> places(DSLContext dsl, UserId user) {
        return dsl.select(ACCOUNT.ACCOUNT_ID, ACCOUNT.NAME, MEMBERSHIP.ROLE)
                .from(MEMBERSHIP)
                .join(ACCOUNT)
                .on(ACCOUNT.ACCOUNT_ID.eq(MEMBERSHIP.ACCOUNT_ID))
                .where(MEMBERSHIP.USER_ID.eq(user))
                .orderBy(MEMBERSHIP.CREATED_AT, ACCOUNT.ACCOUNT_ID)
                .fetch(row -> new Place(row.value1(), row.value2(), Role.of(row.value3())));
    }

    private static SelectConditionStep<Record5<UserId, String, Instant, String, Instant>> members(
            DSLContext dsl, AccountId account, Condition which) {
        return dsl.select(USERS.USER_ID, USERS.EMAIL, USERS.EMAIL_VERIFIED_AT, MEMBERSHIP.ROLE, MEMBERSHIP.CREATED_AT)
                .from(MEMBERSHIP)
                .join(USERS)
                .on(USERS.USER_ID.eq(MEMBERSHIP.USER_ID))
                .where(MEMBERSHIP.ACCOUNT_ID.eq(account), which);
    }

    private static Member member(Record5<UserId, String, Instant, String, Instant> row) {
        return new Member(row.value1(), row.value2(), row.value3() != null, Role.of(row.value4()), row.value5());
    }
}
