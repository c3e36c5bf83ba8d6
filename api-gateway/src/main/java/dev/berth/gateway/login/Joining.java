package dev.berth.gateway.login;

import dev.berth.gateway.account.People;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.login.LoginRepository.Held;
import dev.berth.gateway.mail.Mails;
import dev.berth.gateway.member.Invitation;
import dev.berth.gateway.member.Invitations;
import dev.berth.schema.id.InvitationId;
import dev.berth.schema.id.UserId;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/**
 * Accepts invitations with a login. Two things must agree: the link in the mail, whose reader has the address, and the provider, which calls
 * that very address verified. Each method works in the transaction at hand. Thread-safe.
 */
@Component
class Joining {
    private final DSLContext dsl;
    private final LoginRepository repository;
    private final Invitations invitations;
    private final People people;
    private final InstantSource clock;

    Joining(DSLContext dsl, LoginRepository repository, Invitations invitations, People people, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.invitations = invitations;
        this.people = people;
        this.clock = clock;
    }

    /** Which invitation a link leads to; 404 for one that leads nowhere. */
    InvitationId find(String token) {
        return invitations.find(token);
    }

    /**
     * Whose login it is, of those who may accept: who has it and the invited address, or somebody new, whom it is linked to.
     *
     * @param held who has the login already, or is given it by the settings
     * @throws Refusal 404 for an invitation that leads nowhere any more; 403 {@code login_unknown} for another address, one that the
     *     provider does not call verified, and one of somebody who has not linked the login
     */
    Held guest(InvitationId id, Proven proven, Optional<Held> held) {
        Invitation invitation = invitations.open(id);
        boolean invited = People.emailKey(proven.email())
                .filter(invitation.emailKey()::equals)
                .isPresent();
        if (!invited || !proven.emailVerified()) {
            throw Refusal.of(
                            ErrorCode.LOGIN_UNKNOWN,
                            invited
                                    ? "The provider does not say that you read mails to %s.".formatted(proven.email())
                                    : "The invitation is for %s, and the provider says that you are %s."
                                            .formatted(
                                                    invitation.email(),
                                                    proven.email().isEmpty() ? "nobody" : Mails.line(proven.email())))
                    .hint(
                            "Sign in there as who was invited, or ask for an invitation to the address that you have there.");
        }
        if (held.isPresent()) {
            return known(held.orElseThrow(), invitation);
        }
        if (people.find(invitation.emailKey()).isPresent()) {
            throw Refusal.of(
                    ErrorCode.LOGIN_UNKNOWN,
                    "Somebody here has the e-mail address of this login, and has not linked it.");
        }
        UserId user = people.add(invitation.email(), invitation.emailKey(), null);
        return repository
                .insert(dsl, user, proven, clock.instant())
                .orElseThrow(() -> Refusal.of(ErrorCode.CONFLICT, "Somebody has linked this login meanwhile.")
                        .hint("Sign in with it."));
    }

    private Held known(Held held, Invitation invitation) {
        if (!people.get(held.user()).emailKey().equals(invitation.emailKey())) {
            throw Refusal.of(ErrorCode.LOGIN_UNKNOWN, "This login is of somebody who has another e-mail address here.")
                    .hint("Ask for an invitation to that address.");
        }
        return held;
    }

    /** Makes them a member, in a session of the account that they join. Refusals as {@link Invitations#accept}. */
    SignedIn join(Held held, InvitationId invitation) {
        return invitations.accept(invitation, held.user());
    }
}
