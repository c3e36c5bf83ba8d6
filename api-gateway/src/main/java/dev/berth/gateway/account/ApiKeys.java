package dev.berth.gateway.account;

import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** API keys of an account: made, listed, deleted. A key never may more than the one who made it. Thread-safe. */
@Service
public class ApiKeys {
    /** The most keys of an account. */
    static final int MAX_KEYS = 100;

    /** The longest time that an old secret counts beside the new one. */
    static final Duration LONGEST_OVERLAP = Duration.ofDays(1);

    private static final Duration LONGEST_LIFE = Duration.ofDays(3653);

    /** A key that was just made; the only time its secret is seen. */
    public record Made(ApiKey key, String secret) {
        @Override
        public String toString() {
            return "Made[key=" + key.id() + "]";
        }
    }

    private final DSLContext dsl;
    private final ApiKeyRepository repository;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    ApiKeys(DSLContext dsl, ApiKeyRepository repository, PlatformTransactionManager transactions, InstantSource clock) {
        this.transaction = new TransactionTemplate(transactions);
        this.dsl = dsl;
        this.repository = repository;
        this.clock = clock;
    }

    /** Newest first. */
    public Page<ApiKey> list(AccountId account, Paging paging) {
        Cursor cursor = paging.after();
        ApiKeyId before = cursor == null ? null : parse(cursor.position()).orElseThrow(Cursor::foreign);
        return Page.of(
                repository.list(dsl, account, before, paging, clock.instant()),
                paging.limit(),
                key -> key.id().toString());
    }

    /**
     * Makes one.
     *
     * @param scopes what it may; null for all that the maker may
     * @param expiresAt from when on it is refused; null: it does not end
     * @throws Refusal 422 for fields that are wrong, 403 for scopes that the maker does not have
     */
    public Made make(
            Principal.Customer maker,
            @Nullable String name,
            @Nullable List<@Nullable String> scopes,
            @Nullable Instant expiresAt) {
        return Objects.requireNonNull(transaction.execute(_ -> insert(maker, name, scopes, expiresAt)));
    }

    private Made insert(
            Principal.Customer maker,
            @Nullable String name,
            @Nullable List<@Nullable String> scopes,
            @Nullable Instant expiresAt) {
        List<FieldError> errors = new ArrayList<>();
        SignupRules.checkName(name).ifPresent(errors::add);
        Instant now = clock.instant();
        if (expiresAt != null && (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(LONGEST_LIFE)))) {
            errors.add(new FieldError("expires_at", "must be in the future, and within ten years"));
        }
        Set<Scope> wanted = scopes == null ? Set.copyOf(maker.scopes()) : read(scopes, errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        for (Scope scope : wanted) {
            if (!maker.may(scope)) {
                throw Refusal.of(
                                ErrorCode.FORBIDDEN,
                                "A key cannot get the scope '%s', which its maker does not have."
                                        .formatted(scope.text()))
                        .fact("scope", scope.text());
            }
        }
        if (repository.count(dsl, maker.account()) >= MAX_KEYS) {
            throw Refusal.of(ErrorCode.CONFLICT, "The account has %d keys, which is the most.".formatted(MAX_KEYS))
                    .fact("limit", MAX_KEYS)
                    .hint("Delete keys that are not used.");
        }
        KeyText text = KeyText.next();
        ApiKey key = ApiKey.made(text, String.valueOf(name).strip(), wanted, now, expiresAt);
        repository.insert(dsl, maker.account(), maker.user(), text, key);
        return new Made(key, text.text());
    }

    /**
     * Deletes one; it is refused from the next request on.
     *
     * @throws Refusal 404
     */
    public void delete(AccountId account, String id) {
        boolean done = Boolean.TRUE.equals(transaction.execute(_ -> parse(id)
                .map(key -> repository.revoke(dsl, account, key, clock.instant()))
                .orElse(false)));
        if (!done) {
            throw Refusal.notFound("API key", id);
        }
    }

    /**
     * Gives one another secret.
     *
     * @param overlap how long the secret it has now is let in too, from none to a day
     * @throws Refusal 404; 422 for another overlap; 403 for a key that may more than the caller
     */
    public Made rotate(Principal.Customer caller, String id, Duration overlap) {
        if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw Refusal.of(ErrorCode.INVALID, "The overlap is out of range.")
                    .field("overlap_s", "must be from 0 to " + LONGEST_OVERLAP.toSeconds());
        }
        return Objects.requireNonNull(transaction.execute(_ -> {
            ApiKeyRepository.Held held = parse(id)
                    .flatMap(key -> repository.lock(dsl, caller.account(), key))
                    .orElseThrow(() -> Refusal.notFound("API key", id));
            boolean own = held.user().equals(caller.user());
            if (!caller.scopes().containsAll(held.scopes())
                    || !(own || caller.role().isAtLeast(held.role()))) {
                throw Refusal.of(ErrorCode.FORBIDDEN, "The key may more than this caller, who cannot have its secret.")
                        .hint("Let its maker or an owner rotate it, or delete it and make another.");
            }
            Instant now = clock.instant();
            KeyText text = KeyText.next();
            ApiKey key = repository.rotate(dsl, held.key(), text, now, overlap.isZero() ? null : now.plus(overlap));
            return new Made(key, text.text());
        }));
    }

    /** Deletes all that somebody made in an account; in the transaction at hand. */
    public void deleteAll(AccountId account, UserId user) {
        repository.revokeAll(dsl, account, user, clock.instant());
    }

    private static Set<Scope> read(List<@Nullable String> texts, List<FieldError> errors) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        String known = Arrays.stream(Scope.values()).map(Scope::text).collect(Collectors.joining(", "));
        for (int i = 0; i < texts.size(); i++) {
            String text = String.valueOf(texts.get(i));
            Optional<Scope> scope = Scope.named(text);
            if (scope.isEmpty()) {
                errors.add(new FieldError(
                        "scopes[%d]".formatted(i), "'%s' is none of %s".formatted(Words.cut(text), known)));
            }
            scope.ifPresent(scopes::add);
        }
        if (texts.isEmpty()) {
            errors.add(new FieldError("scopes", "must name at least one of " + known));
        }
        return scopes;
    }

    private static Optional<ApiKeyId> parse(String id) {
        return GivenId.read(id, ApiKeyId::parse);
    }
}
