package dev.berth.gateway.member;

import dev.berth.gateway.account.Account;
import dev.berth.gateway.account.People;
import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.mail.LinkToken;
import dev.berth.gateway.mail.Mails;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvitationId;
import dev.berth.schema.id.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Invitations into an account. The mail is the proof: its link has a token of which only a hash is kept, and who opens it reads mails to
 * the address. Who invites is told the same whether the address has an account or not. Thread-safe.
 */
@Service
public class Invitations {
    /** How long a link leads in. */
    static final Duration LIFE = Duration.ofDays(7);

    /** The most invitations of an account that are neither accepted nor revoked. */
    static final int MAX_OPEN = 50;

    /** The most mails that an account sends in a day. */
    static final int MAX_A_DAY = 100;

    /** The most members of an account. */
    static final int MAX_MEMBERS = 200;

    /** Mails to one address, whoever sends them: five, then one every four hours. */
    private static final EdgeProperties.Rate PER_ADDRESS = new EdgeProperties.Rate(5, 1.0 / 14_400);

    private static final String KIND = "invitation";

    /**
     * What a link leads to.
     *
     * @param user whose address it is who signs in here already; null for who is new
     */
    public record Opened(
            String account,
            String email,
            String role,
            @Nullable UserId user) {
        /** Whether the address is somebody's who signs in here already. */
        public boolean knows() {
            return user != null;
        }

        /** Whether it is that of a visitor who is signed in, and so need not show a password. */
        public boolean isFor(Principal.Customer visitor) {
            return visitor.session() != null && visitor.user().equals(user);
        }
    }

    /** Somebody who may accept, found before the transaction; {@code user} is null for who is new. */
    record Prepared(
            LinkToken token,
            Invitation invitation,
            @Nullable UserId user,
            @Nullable String hash) {
        @Override
        public String toString() {
            return "Prepared[" + invitation.id() + "]"; // never the token
        }
    }

    private final DSLContext dsl;
    private final InvitationRepository repository;
    private final MemberRepository members;
    private final People people;
    private final Sessions sessions;
    private final InvitationParts parts;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Invitations(
            DSLContext dsl,
            InvitationRepository repository,
            MemberRepository members,
            People people,
            Sessions sessions,
            InvitationParts parts,
            PlatformTransactionManager transactions,
            InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.members = members;
        this.people = people;
        this.sessions = sessions;
        this.parts = parts;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /** Those that are neither accepted nor revoked, the newest first. */
    public Page<Invitation> list(AccountId account, Paging paging) {
        Cursor cursor = paging.after();
        InvitationId before = cursor == null ? null : parse(cursor.position()).orElseThrow(Cursor::foreign);
        return Page.of(
                repository.list(dsl, account, before, paging.limit() + 1, clock.instant()),
                paging.limit(),
                invitation -> invitation.id().toString());
    }

    /**
     * Invites somebody.
     *
     * @throws Refusal 422 for fields that are wrong; 403 for a role beyond the caller's; 409 for a member, for who is invited already, and
     *     for too many; 429 for too many mails
     */
    public Invitation invite(Principal.Customer caller, @Nullable String email, @Nullable String wanted) {
        String address = email == null ? "" : email.strip();
        Optional<String> key = People.emailKey(address);
        List<FieldError> errors = new ArrayList<>();
        if (key.isEmpty()) {
            errors.add(People.noAddress(email));
            throw Refusal.invalid(errors);
        }
        var role = MemberRules.role(wanted);
        MemberRules.give(caller, role);
        return Objects.requireNonNull(transaction.execute(_ -> {
            members.lock(dsl, caller.account());
            Optional<People.Person> person = people.find(key.orElseThrow());
            if (person.flatMap(one -> members.find(dsl, caller.account(), one.id()))
                    .isPresent()) {
                throw Refusal.of(ErrorCode.CONFLICT, "%s is a member already.".formatted(Mails.line(address)))
                        .hint("Change their role instead.");
            }
            if (repository.isInvited(dsl, caller.account(), key.orElseThrow())) {
                throw Refusal.of(ErrorCode.CONFLICT, "%s is invited already.".formatted(Mails.line(address)))
                        .hint("Send the invitation once more, or revoke it first.");
            }
            if (repository.count(dsl, caller.account()) >= MAX_OPEN) {
                throw Refusal.of(ErrorCode.CONFLICT, "%d invitations are open, which is the most.".formatted(MAX_OPEN))
                        .fact("limit", MAX_OPEN)
                        .hint("Revoke some that nobody answers.");
            }
            Instant now = clock.instant();
            LinkToken token = LinkToken.next();
            Invitation made = new Invitation(
                    InvitationId.next(),
                    caller.account(),
                    address,
                    key.orElseThrow(),
                    role,
                    caller.user(),
                    now,
                    now.plus(LIFE),
                    Invitation.State.OPEN);
            send(made, token);
            repository.insert(dsl, made, token);
            return made;
        }));
    }

    /**
     * Sends one once more, with another link; the one before leads nowhere any more.
     *
     * @throws Refusal 404; 403 for a role beyond the caller's; 429 for too many mails
     */
    public Invitation resend(Principal.Customer caller, String id) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            Invitation invitation = locked(caller, id);
            LinkToken token = LinkToken.next();
            send(invitation, token);
            repository.renew(dsl, invitation.id(), token, clock.instant().plus(LIFE));
            return locked(caller, id);
        }));
    }

    /** Takes one back. 404; 403 for a role beyond the caller's. */
    public void revoke(Principal.Customer caller, String id) {
        transaction.executeWithoutResult(
                _ -> repository.revoke(dsl, locked(caller, id).id(), clock.instant()));
    }

    private Invitation locked(Principal.Customer caller, String id) {
        Invitation invitation = parse(id)
                .flatMap(one -> repository.lock(dsl, caller.account(), one, clock.instant()))
                .orElseThrow(() -> Refusal.notFound("invitation", id));
        MemberRules.give(caller, invitation.role());
        return invitation;
    }

    private void send(Invitation invitation, LinkToken token) {
        if (parts.mails().count(invitation.account(), KIND, Duration.ofDays(1)) >= MAX_A_DAY) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, "The account sent %d invitations today.".formatted(MAX_A_DAY))
                    .retryAfter(Duration.ofHours(1));
        }
        RateLimits.Verdict verdict = parts.limits().take("invitation:" + invitation.emailKey(), PER_ADDRESS);
        if (!verdict.allowed()) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, "This address got many invitations lately.")
                    .retryAfter(verdict.retryAfter());
        }
        String account = Mails.line(parts.accounts().get(invitation.account()).name());
        parts.mails()
                .write(
                        invitation.account(),
                        KIND,
                        invitation.email(),
                        "You are invited to %s on Berth".formatted(account),
                        """
                        You are invited to the account "%s" on Berth, as %s.

                        To accept, open this page within 7 days:

                        %s

                        If you do not expect this, do nothing: without the link nobody comes in.
                        """.formatted(
                                account, invitation.role().text(), parts.mails().link("/join", token)));
    }

    /** What a link leads to; 404 the same for one that never was, has expired, or was used or revoked. */
    public Opened open(String token) {
        Invitation invitation = prepared(token).invitation();
        Account account = parts.accounts().get(invitation.account());
        return new Opened(
                account.name(),
                invitation.email(),
                invitation.role().text(),
                people.find(invitation.emailKey()).map(People.Person::id).orElse(null));
    }

    /** Which one a link leads to; 404 as {@link #open(String)}. */
    public InvitationId find(String token) {
        return prepared(token).invitation().id();
    }

    /** One that can still be accepted; 404 as {@link #open(String)}. */
    public Invitation open(InvitationId id) {
        return repository.find(dsl, id, clock.instant()).orElseThrow(Invitations::unknown);
    }

    private Prepared prepared(String text) {
        return LinkToken.parse(text)
                .flatMap(token -> repository
                        .find(dsl, token, clock.instant())
                        .map(invitation -> new Prepared(token, invitation, null, null)))
                .orElseThrow(Invitations::unknown);
    }

    /**
     * The slow half of accepting, outside of a transaction: who is signed in with the address need not show the password again, who has an
     * account does, and who is new chooses one.
     *
     * @throws Refusal 404; 401 for a wrong password, 429 after too many; 422 for one that is not allowed
     */
    Prepared prepare(String token, @Nullable String password, Principal visitor, String address) {
        Prepared found = prepared(token);
        Optional<People.Person> person = people.find(found.invitation.emailKey());
        if (person.isEmpty()) {
            String hash = people.hash(password == null ? "" : password, found.invitation.email());
            return new Prepared(found.token, found.invitation, null, hash);
        }
        People.Person who = person.orElseThrow();
        boolean signedIn = visitor instanceof Principal.Customer customer
                && customer.session() != null
                && customer.user().equals(who.id());
        if (!signedIn) {
            people.prove(who, password == null ? "" : password, address);
            if (parts.factor().isOn(who.id())) {
                throw Refusal.of(ErrorCode.SECOND_FACTOR_REQUIRED, "You have a second factor.")
                        .hint("Sign in first, and open the link again.");
            }
        }
        return new Prepared(found.token, found.invitation, who.id(), null);
    }

    /** The other half: in one transaction, the caller's if there is one. 404; 409 for a member, and for too many. */
    SignedIn accept(Prepared prepared) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            Invitation invitation = prepared.invitation;
            members.lock(dsl, invitation.account());
            String hash = prepared.hash;
            UserId user = prepared.user == null
                    ? people.add(invitation.email(), invitation.emailKey(), Objects.requireNonNull(hash))
                    : prepared.user;
            if (!repository.accept(dsl, prepared.token, user, clock.instant())) {
                throw unknown();
            }
            return enter(invitation, user);
        }));
    }

    /**
     * Accepts one for somebody who has proven otherwise that the invited address is theirs; in the transaction at hand.
     *
     * @throws Refusal 404, 409 as for a link
     */
    public SignedIn accept(InvitationId id, UserId user) {
        Invitation invitation = open(id);
        members.lock(dsl, invitation.account());
        if (!repository.accept(dsl, id, user, clock.instant())) {
            throw unknown();
        }
        return enter(invitation, user);
    }

    private SignedIn enter(Invitation invitation, UserId user) {
        people.verified(user);
        if (members.count(dsl, invitation.account()) >= MAX_MEMBERS) {
            throw Refusal.of(
                    ErrorCode.CONFLICT, "The account has %d members, which is the most.".formatted(MAX_MEMBERS));
        }
        if (!members.insert(dsl, invitation.account(), user, invitation.role(), clock.instant())) {
            throw Refusal.of(ErrorCode.CONFLICT, "You are a member of the account already.");
        }
        parts.audits()
                .done(
                        invitation.account(),
                        user,
                        user.toString(),
                        "POST /v1/invitations/{token}/accept",
                        invitation.id().toString());
        return sessions.begin(user, invitation.account());
    }

    /** Both halves, for a page. */
    public SignedIn accept(String token, @Nullable String password, Principal visitor, String address) {
        return accept(prepare(token, password, visitor, address));
    }

    /** Revokes all that are open, in the transaction at hand: the account closes. */
    public void revokeAll(AccountId account) {
        repository.revokeAll(dsl, account, clock.instant());
    }

    private static Refusal unknown() {
        return Refusal.of(ErrorCode.NOT_FOUND, "This invitation leads nowhere (any more).")
                .hint("It may have been used, revoked or be older than 7 days. Ask for another one.");
    }

    private static Optional<InvitationId> parse(String id) {
        return GivenId.read(id, InvitationId::parse);
    }
}
