package dev.berth.gateway.member;

import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.account.SignedUp;
import dev.berth.gateway.account.Signup;
import dev.berth.gateway.account.Signups;
import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Role;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SessionId;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The accounts of one person: which there are, which the session is for, and further ones. Thread-safe. */
@Service
public class Places {
    /** The most accounts that one person owns. */
    static final int MAX_OWNED = 20;

    /** An account that somebody is in. {@code current} says whether the caller's session or key is for it. */
    public record Place(AccountId id, String name, Role role, boolean current) {}

    private final DSLContext dsl;
    private final MemberRepository repository;
    private final Sessions sessions;
    private final Signups signups;
    private final Audits audits;
    private final TransactionTemplate transaction;

    Places(
            DSLContext dsl,
            MemberRepository repository,
            Sessions sessions,
            Signups signups,
            Audits audits,
            PlatformTransactionManager transactions) {
        this.dsl = dsl;
        this.repository = repository;
        this.sessions = sessions;
        this.signups = signups;
        this.audits = audits;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** All of the caller's; for a key only its own, since it is no person. */
    public List<Place> list(Principal.Customer caller) {
        return repository.places(dsl, caller.user()).stream()
                .filter(one -> caller.key() == null || one.account().equals(caller.account()))
                .map(one -> new Place(
                        one.account(), one.name(), one.role(), one.account().equals(caller.account())))
                .toList();
    }

    /**
     * Ends the session and begins one for another account of the same person.
     *
     * @throws Refusal 404 for an account that they are not in; 409 for a key
     */
    public SignedIn change(Principal.Customer caller, String account) {
        SessionId session = session(caller);
        return Objects.requireNonNull(transaction.execute(_ -> {
            AccountId to = GivenId.read(account, AccountId::parse)
                    .filter(id -> repository.find(dsl, id, caller.user()).isPresent())
                    .orElseThrow(() -> Refusal.notFound("account", account));
            SignedIn begun = sessions.begin(caller.user(), to);
            sessions.signOut(session);
            audits.done(to, caller.user(), caller.user().toString(), "POST /v1/session/account", to.toString());
            return begun;
        }));
    }

    /**
     * Opens a further account, whose owner the caller is.
     *
     * @throws Refusal 409 for a key, and for too many; 422 for fields that are wrong; 429
     */
    public SignedUp open(Principal.Customer caller, Signup request, RequestContext context) {
        var _ = session(caller);
        long owned = repository.places(dsl, caller.user()).stream()
                .filter(place -> place.role() == Role.OWNER)
                .count();
        if (owned >= MAX_OWNED) {
            throw Refusal.of(ErrorCode.CONFLICT, "You own %d accounts, which is the most.".formatted(MAX_OWNED))
                    .fact("limit", MAX_OWNED);
        }
        return Objects.requireNonNull(transaction.execute(_ -> {
            SignedUp made = signups.further(caller.user(), request, context);
            AccountId account = made.account().id();
            audits.done(account, caller.user(), caller.user().toString(), "POST /v1/accounts", account.toString());
            return made;
        }));
    }

    private static SessionId session(Principal.Customer caller) {
        SessionId session = caller.session();
        if (session == null) {
            throw Refusal.of(ErrorCode.CONFLICT, "The call was made with an API key, which is for one account.")
                    .hint("Sign in with POST /v1/session.");
        }
        return session;
    }
}
