package dev.berth.gateway.member;

import dev.berth.gateway.account.ApiKeys;
import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Role;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import java.time.InstantSource;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Members of an account. What a member may is read with each request, so a role that is lowered cuts their session and their keys from
 * the next one on; who goes loses both. Thread-safe.
 */
@Service
public class Members {
    private final DSLContext dsl;
    private final MemberRepository repository;
    private final InvitationRepository invitations;
    private final Sessions sessions;
    private final ApiKeys keys;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Members(
            DSLContext dsl,
            MemberRepository repository,
            InvitationRepository invitations,
            Sessions sessions,
            ApiKeys keys,
            PlatformTransactionManager transactions,
            InstantSource clock) {
        this.clock = clock;
        this.dsl = dsl;
        this.repository = repository;
        this.invitations = invitations;
        this.sessions = sessions;
        this.keys = keys;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** In the order in which they signed up. */
    public Page<Member> list(AccountId account, Paging paging) {
        Cursor cursor = paging.after();
        UserId after = cursor == null
                ? null
                : GivenId.read(cursor.position(), UserId::parse).orElseThrow(Cursor::foreign);
        return Page.of(
                repository.list(dsl, account, after, paging.limit() + 1),
                paging.limit(),
                member -> member.user().toString());
    }

    /**
     * Gives a member another role.
     *
     * @throws Refusal 404; 422 for no role; 403 for a member above the caller, or a role beyond theirs; 409 for the last owner
     */
    public Member change(Principal.Customer caller, String user, @Nullable String wanted) {
        Role role = MemberRules.role(wanted);
        return Objects.requireNonNull(transaction.execute(_ -> {
            repository.lock(dsl, caller.account());
            Member member = get(caller.account(), user);
            MemberRules.change(caller, member.role());
            MemberRules.give(caller, role);
            if (member.role() == Role.OWNER && role != Role.OWNER) {
                MemberRules.keepAnOwner(repository.owners(dsl, caller.account()));
            }
            repository.setRole(dsl, caller.account(), member.user(), role);
            if (!role.isAtLeast(member.role())) {
                invitations.revokeOf(dsl, caller.account(), member.user(), clock.instant());
            }
            return get(caller.account(), user);
        }));
    }

    /**
     * Removes a member, or lets the caller leave, which everybody signed in may: their sessions for the account end, their keys of it and
     * the invitations that they sent are revoked.
     *
     * @throws Refusal 404; 403 for a member above the caller; 409 for the last owner
     */
    public void remove(Principal.Customer caller, String user) {
        transaction.executeWithoutResult(_ -> {
            repository.lock(dsl, caller.account());
            Member member = get(caller.account(), user);
            boolean leaves = member.user().equals(caller.user()) && caller.session() != null;
            if (!leaves) {
                MemberRules.change(caller, member.role());
            }
            if (member.role() == Role.OWNER) {
                MemberRules.keepAnOwner(repository.owners(dsl, caller.account()));
            }
            repository.delete(dsl, caller.account(), member.user());
            sessions.endAll(member.user(), caller.account());
            keys.deleteAll(caller.account(), member.user());
            invitations.revokeOf(dsl, caller.account(), member.user(), clock.instant());
        });
    }

    private Member get(AccountId account, String user) {
        return GivenId.read(user, UserId::parse)
                .flatMap(id -> repository.find(dsl, account, id))
                .orElseThrow(() -> Refusal.notFound("member", user));
    }
}
