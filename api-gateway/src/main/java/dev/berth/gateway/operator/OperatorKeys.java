package dev.berth.gateway.operator;

import dev.berth.gateway.account.KeyText;
import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.OperatorCredentials;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Operators;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.id.OperatorKeyId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Operators' keys: made, listed, rotated, revoked. Its writes run in the transaction of the call. Thread-safe. */
@Service
class OperatorKeys implements OperatorCredentials {
    /** The most keys that are not revoked. */
    static final int MAX_KEYS = 100;

    /** The longest time that an old secret counts beside the new one. */
    static final Duration LONGEST_OVERLAP = Duration.ofDays(1);

    private static final Duration LONGEST_LIFE = Duration.ofDays(3653);
    private static final int MAX_NAME = 100;

    /** A key that was just made; the only time its secret is seen. */
    record Made(OperatorKeyView key, String secret) {
        @Override
        public String toString() {
            return "Made[key=" + key.id() + "]";
        }
    }

    private final DSLContext dsl;
    private final OperatorKeyRepository repository;
    private final InstantSource clock;

    OperatorKeys(DSLContext dsl, OperatorKeyRepository repository, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.clock = clock;
    }

    @Override
    public Optional<Principal.Operator> ofKey(String key) {
        Instant now = clock.instant();
        Optional<Principal.Operator> found =
                KeyText.parse(Operators.PREFIX, key).flatMap(text -> repository.find(dsl, text, now));
        found.map(Principal.Operator::key).ifPresent(id -> repository.used(dsl, id, now));
        return found;
    }

    /** Newest first. */
    Page<OperatorKeyView> list(Paging paging) {
        Cursor cursor = paging.after();
        OperatorKeyId before = cursor == null ? null : parse(cursor.position()).orElseThrow(Cursor::foreign);
        return Page.of(
                repository.list(dsl, before, paging.limit() + 1, clock.instant()),
                paging.limit(),
                key -> key.id().toString());
    }

    /**
     * Makes one.
     *
     * @param expiresAt from when on it is refused; null: it does not end
     * @throws Refusal 422 for fields that are wrong, 409 for one too many
     */
    Made make(Principal.Operator maker, @Nullable String name, @Nullable String role, @Nullable Instant expiresAt) {
        List<FieldError> errors = new ArrayList<>();
        if (name == null || name.isBlank() || name.strip().length() > MAX_NAME || !Words.isPlain(name)) {
            errors.add(new FieldError(
                    "name", "must have 1 to %d characters, none of them control characters".formatted(MAX_NAME)));
        }
        Optional<OperatorRole> wanted = OperatorRole.named(String.valueOf(role));
        if (wanted.isEmpty()) {
            errors.add(new FieldError("role", "must be one of " + OperatorRole.list()));
        }
        Instant now = clock.instant();
        if (expiresAt != null && (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(LONGEST_LIFE)))) {
            errors.add(new FieldError("expires_at", "must be in the future, and within ten years"));
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        if (repository.count(dsl) >= MAX_KEYS) {
            throw Refusal.of(ErrorCode.CONFLICT, "There are %d operators' keys, which is the most.".formatted(MAX_KEYS))
                    .fact("limit", MAX_KEYS)
                    .hint("Revoke keys that are not used.");
        }
        KeyText text = KeyText.next(Operators.PREFIX);
        OperatorKeyView key = new OperatorKeyView(
                OperatorKeyId.next(),
                String.valueOf(name).strip(),
                wanted.orElseThrow(),
                Operators.PREFIX + text.lookup(),
                maker.actor(),
                now,
                expiresAt,
                null,
                null,
                null);
        repository.insert(dsl, text, key);
        return new Made(key, text.text());
    }

    /**
     * Gives one another secret.
     *
     * @param overlap how long the secret it has now is let in too, from none to a day
     * @throws Refusal 404; 422 for another overlap
     */
    Made rotate(String id, Duration overlap) {
        if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw Refusal.of(ErrorCode.INVALID, "The overlap is out of range.")
                    .field("overlap_s", "must be from 0 to " + LONGEST_OVERLAP.toSeconds());
        }
        Instant now = clock.instant();
        KeyText text = KeyText.next(Operators.PREFIX);
        OperatorKeyView key = parse(id)
                .flatMap(one -> repository.rotate(dsl, one, text, now, overlap.isZero() ? null : now.plus(overlap)))
                .orElseThrow(() -> Refusal.notFound("operator's key", id));
        return new Made(key, text.text());
    }

    /** Revokes one; it is refused from the next request on. 404. */
    void revoke(String id) {
        if (!parse(id).map(key -> repository.revoke(dsl, key, clock.instant())).orElse(false)) {
            throw Refusal.notFound("operator's key", id);
        }
    }

    private static Optional<OperatorKeyId> parse(String id) {
        return GivenId.read(id, OperatorKeyId::parse);
    }
}
