package dev.berth.gateway.account;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.gateway.edge.Csrf;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.LateTransaction;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.SessionCookie;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SessionId;
import dev.berth.schema.id.UserId;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Sign-up, sign-in and out, the account, its keys, and the plans. */
@RestController
class AccountHttp {
    /** Who signs in. */
    record SignIn(
            @Nullable String email,
            @Nullable String password,
            @Nullable String code) {
        @Override
        public String toString() {
            return "SignIn[]"; // neither password nor code
        }
    }

    /** A session; the token goes with every write that is made with the cookie. */
    record SessionView(AccountId account, UserId user, String csrfToken, Instant expiresAt) {}

    /** What can change of an account. The rest is here so that the refusal can say why it cannot. */
    record AccountChange(
            @Nullable String name,
            @Nullable String plan,
            @Nullable String currency,
            @Nullable String timeZone,
            @Nullable String email) {}

    /** A key to make. */
    record NewKey(
            @Nullable String name,
            @Nullable List<@Nullable String> scopes,
            @Nullable Instant expiresAt) {}

    /** How long the secret before is let in too. */
    record Rotation(@Nullable Integer overlapS) {}

    /** A key that was made, with the secret that is shown once. */
    record MadeKey(@JsonUnwrapped ApiKey key, String secret) {}

    /** A plan. */
    record PlanView(String name, String title, Limits limits) {}

    private final Signups signups;
    private final Accounts accounts;
    private final Sessions sessions;
    private final ApiKeys keys;
    private final SessionCookie cookie;
    private final Plans plans;

    AccountHttp(
            Signups signups, Accounts accounts, Sessions sessions, ApiKeys keys, SessionCookie cookie, Plans plans) {
        this.signups = signups;
        this.accounts = accounts;
        this.sessions = sessions;
        this.keys = keys;
        this.cookie = cookie;
        this.plans = plans;
    }

    @Requires.Open
    @PostMapping("/v1/signup")
    ResponseEntity<SignedUp> signup(@RequestBody Signup signup, RequestContext context, LateTransaction transaction) {
        Signups.Prepared prepared = signups.prepare(signup, context);
        transaction.begin();
        return ResponseEntity.created(URI.create("/v1/account")).body(signups.open(prepared, context.cause()));
    }

    @Requires.Open
    @OwnTransaction
    @PostMapping("/v1/session")
    ResponseEntity<SessionView> signIn(
            @RequestBody SignIn credentials, RequestContext context, HttpServletResponse response) {
        List<FieldError> errors = new ArrayList<>();
        String email = require("email", credentials.email(), errors);
        String password = require("password", credentials.password(), errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        SignedIn session = sessions.signIn(email, password, credentials.code(), context.address());
        cookie.write(response, session.cookie(), Sessions.LIFE);
        return ResponseEntity.created(URI.create("/v1/session"))
                .body(new SessionView(
                        session.account(), session.user(), Csrf.tokenOf(session.cookie()), session.expiresAt()));
    }

    @Requires(Scope.ACCOUNT_READ)
    @DeleteMapping("/v1/session")
    ResponseEntity<Void> signOut(Principal.Customer customer, HttpServletResponse response) {
        SessionId session = customer.session();
        if (session == null) {
            throw Refusal.of(ErrorCode.CONFLICT, "The call was made with an API key, not with a session.")
                    .hint("Delete the key with DELETE /v1/api_keys/{id}.");
        }
        sessions.signOut(session);
        cookie.clear(response);
        return ResponseEntity.noContent().build();
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/account")
    Account account(Principal.Customer customer, HttpServletResponse response) {
        return tagged(accounts.get(customer.account()), response);
    }

    private static Account tagged(Account account, HttpServletResponse response) {
        response.setHeader(HttpHeaders.ETAG, account.etag());
        return account;
    }

    @Requires(Scope.ACCOUNT_WRITE)
    @PatchMapping("/v1/account")
    Account change(
            @RequestBody AccountChange change,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause,
            HttpServletResponse response) {
        List<FieldError> errors = new ArrayList<>();
        fixed("plan", change.plan(), "is changed by the operator", errors);
        fixed("currency", change.currency(), "is fixed at sign-up", errors);
        fixed("time_zone", change.timeZone(), "is fixed at sign-up", errors);
        fixed("email", change.email(), "is fixed at sign-up", errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return tagged(accounts.change(customer.account(), change.name(), ifMatch, cause), response);
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/api_keys")
    Page<ApiKey> keys(Principal.Customer customer, Paging paging) {
        return keys.list(customer.account(), paging);
    }

    @Requires(Scope.KEYS_WRITE)
    @PostMapping("/v1/api_keys")
    ResponseEntity<MadeKey> makeKey(@RequestBody NewKey wanted, Principal.Customer customer) {
        ApiKeys.Made made = keys.make(customer, wanted.name(), wanted.scopes(), wanted.expiresAt());
        return ResponseEntity.created(URI.create("/v1/api_keys/" + made.key().id()))
                .body(new MadeKey(made.key(), made.secret()));
    }

    @Requires(Scope.KEYS_WRITE)
    @PostMapping("/v1/api_keys/{id}/rotate")
    MadeKey rotateKey(
            @PathVariable String id,
            @RequestBody(required = false) @Nullable Rotation rotation,
            Principal.Customer customer) {
        Integer overlap = rotation == null ? null : rotation.overlapS();
        ApiKeys.Made made = keys.rotate(customer, id, Duration.ofSeconds(overlap == null ? 0 : overlap));
        return new MadeKey(made.key(), made.secret());
    }

    @Requires(Scope.KEYS_WRITE)
    @DeleteMapping("/v1/api_keys/{id}")
    ResponseEntity<Void> deleteKey(@PathVariable String id, Principal.Customer customer) {
        keys.delete(customer.account(), id);
        return ResponseEntity.noContent().build();
    }

    @Requires.Open
    @GetMapping("/v1/plans")
    Page<PlanView> plans() {
        return new Page<>(
                plans.offered().stream()
                        .map(plan -> new PlanView(plan.name(), plan.title(), plan.limits()))
                        .toList(),
                null);
    }

    private static String require(String field, @Nullable String value, List<FieldError> errors) {
        if (value == null || value.isEmpty()) {
            errors.add(new FieldError(field, "is required"));
            return "";
        }
        return value;
    }

    private static void fixed(String field, @Nullable String value, String why, List<FieldError> errors) {
        if (value != null) {
            errors.add(new FieldError(field, why));
        }
    }
}
