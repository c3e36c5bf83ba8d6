package dev.berth.gateway.member;

import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.account.SignedUp;
import dev.berth.gateway.account.Signup;
import dev.berth.gateway.edge.Csrf;
import dev.berth.gateway.edge.LateTransaction;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.SessionCookie;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Members, invitations and the accounts of one person over HTTP. */
@RestController
class MemberHttp {
    /** What a member is to be. */
    record RoleChange(@Nullable String role) {}

    /** Whom to invite, as what. */
    record NewInvitation(@Nullable String email, @Nullable String role) {}

    /** The password of who accepts: the one they have, or the one they choose. */
    record Acceptance(@Nullable String password) {
        @Override
        public String toString() {
            return "Acceptance[]"; // never the password
        }
    }

    /** Which account. */
    record Target(@Nullable String account) {}

    /** An account to open. */
    record NewAccount(
            @Nullable String name,
            @Nullable String currency,
            @Nullable String timeZone,
            @Nullable String plan) {}

    /** A session that has begun; the token goes with every write that is made with the cookie. */
    record SessionBegun(AccountId account, UserId user, String csrfToken, Instant expiresAt) {}

    private final Members members;
    private final Invitations invitations;
    private final Places places;
    private final SessionCookie cookie;

    MemberHttp(Members members, Invitations invitations, Places places, SessionCookie cookie) {
        this.members = members;
        this.invitations = invitations;
        this.places = places;
        this.cookie = cookie;
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/account/members")
    Page<Member> members(Principal.Customer customer, Paging paging) {
        return members.list(customer.account(), paging);
    }

    @Requires(Scope.MEMBERS_WRITE)
    @PatchMapping("/v1/account/members/{user}")
    Member change(@PathVariable String user, @RequestBody RoleChange change, Principal.Customer customer) {
        return members.change(customer, user, change.role());
    }

    /** Needs no scope for oneself: everybody may leave. */
    @Requires(Scope.ACCOUNT_READ)
    @DeleteMapping("/v1/account/members/{user}")
    ResponseEntity<Void> remove(@PathVariable String user, Principal.Customer customer) {
        members.remove(customer, user);
        return ResponseEntity.noContent().build();
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/account/invitations")
    Page<Invitation> invitations(Principal.Customer customer, Paging paging) {
        return invitations.list(customer.account(), paging);
    }

    @Requires(Scope.MEMBERS_WRITE)
    @PostMapping("/v1/account/invitations")
    ResponseEntity<Invitation> invite(@RequestBody NewInvitation wanted, Principal.Customer customer) {
        Invitation made = invitations.invite(customer, wanted.email(), wanted.role());
        return ResponseEntity.created(URI.create("/v1/account/invitations/" + made.id()))
                .body(made);
    }

    @Requires(Scope.MEMBERS_WRITE)
    @PostMapping("/v1/account/invitations/{id}/resend")
    Invitation resend(@PathVariable String id, Principal.Customer customer) {
        return invitations.resend(customer, id);
    }

    @Requires(Scope.MEMBERS_WRITE)
    @DeleteMapping("/v1/account/invitations/{id}")
    ResponseEntity<Void> revoke(@PathVariable String id, Principal.Customer customer) {
        invitations.revoke(customer, id);
        return ResponseEntity.noContent().build();
    }

    @Requires.Open
    @PostMapping("/v1/invitations/{token}/accept")
    ResponseEntity<SessionBegun> accept(
            @PathVariable String token,
            @RequestBody Acceptance acceptance,
            RequestContext context,
            LateTransaction transaction,
            HttpServletResponse response) {
        Invitations.Prepared prepared =
                invitations.prepare(token, acceptance.password(), context.principal(), context.address());
        transaction.begin();
        return begun(invitations.accept(prepared), response);
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/accounts")
    @Requires.OfPerson
    Page<Places.Place> accounts(Principal.Customer customer) {
        return new Page<>(places.list(customer), null);
    }

    @Requires(Scope.ACCOUNT_READ)
    @PostMapping("/v1/accounts")
    @Requires.OfPerson
    ResponseEntity<SignedUp> open(@RequestBody NewAccount wanted, Principal.Customer customer, RequestContext context) {
        SignedUp made = places.open(
                customer,
                new Signup(null, null, wanted.name(), wanted.currency(), wanted.timeZone(), wanted.plan()),
                context);
        return ResponseEntity.created(URI.create("/v1/accounts")).body(made);
    }

    @Requires(Scope.ACCOUNT_READ)
    @PostMapping("/v1/session/account")
    @Requires.OfPerson
    ResponseEntity<SessionBegun> change(
            @RequestBody Target target, Principal.Customer customer, HttpServletResponse response) {
        return begun(places.change(customer, target.account() == null ? "" : target.account()), response);
    }

    private ResponseEntity<SessionBegun> begun(SignedIn session, HttpServletResponse response) {
        cookie.write(response, session.cookie(), Sessions.LIFE);
        return ResponseEntity.created(URI.create("/v1/session"))
                .body(new SessionBegun(
                        session.account(), session.user(), Csrf.tokenOf(session.cookie()), session.expiresAt()));
    }
}
