package dev.berth.gateway.account;

import dev.berth.gateway.edge.Credentials;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.Sha256;
import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who calls, by key or session. What was revoked or has expired is as unknown as what never was. */
@Component
class StoredCredentials implements Credentials {
    private static final Duration SEEN_STEP = Duration.ofMinutes(1);

    private final DSLContext dsl;
    private final ApiKeyRepository keys;
    private final SessionRepository sessions;
    private final Unverified unverified;
    private final InstantSource clock;

    StoredCredentials(
            DSLContext dsl,
            ApiKeyRepository keys,
            SessionRepository sessions,
            Unverified unverified,
            InstantSource clock) {
        this.unverified = unverified;
        this.dsl = dsl;
        this.keys = keys;
        this.sessions = sessions;
        this.clock = clock;
    }

    @Override
    public Optional<Principal.Customer> ofApiKey(String apiKey) {
        Instant now = clock.instant();
        return KeyText.parse(apiKey).flatMap(text -> keys.find(dsl, text, now)).map(key -> {
            keys.used(dsl, key, now);
            return new Principal.Customer(
                    key.account(),
                    key.user(),
                    key.key(),
                    null,
                    key.role(),
                    scopes(key),
                    unverified.withheld(key.verified()),
                    ClosedAccess.withheld(key.closed(), true));
        });
    }

    @Override
    public Optional<Principal.Customer> ofSession(String cookie) {
        if (cookie.isEmpty() || cookie.length() > 100) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Optional<SessionRepository.Held> held = sessions.find(Sha256.of(cookie), now, now.minus(Sessions.IDLE));
        return held.map(session -> {
            if (session.lastSeenAt().isBefore(now.minus(SEEN_STEP))) {
                sessions.seen(session.session(), now);
            }
            return new Principal.Customer(
                    session.account(),
                    session.user(),
                    null,
                    session.session(),
                    session.role(),
                    scopes(session),
                    unverified.withheld(session.verified()),
                    ClosedAccess.withheld(session.closed(), false));
        });
    }

    @Override
    public Set<Principal.Customer> stillHold(Collection<Principal.Customer> customers) {
        Instant now = clock.instant();
        Set<ApiKeyId> keyIds = ids(customers, Principal.Customer::key);
        Set<SessionId> sessionIds = ids(customers, Principal.Customer::session);
        Map<Object, Set<Scope>> scopes = new HashMap<>();
        if (!keyIds.isEmpty()) {
            keys.findAll(dsl, keyIds, now).forEach(held -> scopes.put(held.key(), scopes(held)));
        }
        if (!sessionIds.isEmpty()) {
            sessions.findAll(sessionIds, now, now.minus(Sessions.IDLE))
                    .forEach(held -> scopes.put(held.session(), scopes(held)));
        }
        return customers.stream()
                .filter(one -> {
                    Set<Scope> still = scopes.get(one.key() == null ? one.session() : one.key());
                    return still != null && still.containsAll(one.scopes());
                })
                .collect(Collectors.toSet());
    }

    private static <T> Set<T> ids(
            Collection<Principal.Customer> customers, Function<Principal.Customer, @Nullable T> id) {
        Set<T> ids = new HashSet<>();
        for (Principal.Customer customer : customers) {
            T one = id.apply(customer);
            if (one != null) {
                ids.add(one);
            }
        }
        return ids;
    }

    private Set<Scope> scopes(ApiKeyRepository.Held key) {
        return ClosedAccess.cut(unverified.cut(both(key.role(), key.scopes()), key.verified()), key.closed(), true);
    }

    private Set<Scope> scopes(SessionRepository.Held session) {
        return ClosedAccess.cut(unverified.cut(session.role().scopes(), session.verified()), session.closed(), false);
    }

    private static Set<Scope> both(Role role, Collection<Scope> scopes) {
        Set<Scope> both = EnumSet.noneOf(Scope.class);
        both.addAll(scopes);
        both.retainAll(role.scopes());
        return both;
    }
}
