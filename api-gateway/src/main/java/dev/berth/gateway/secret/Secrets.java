package dev.berth.gateway.secret;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.GivenName;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SecretId;
import java.nio.charset.StandardCharsets;
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
 * Everything that can be done with secrets. Writes take the lock of the account's quota, as workloads do, so that a secret is not deleted
 * while one begins to use it. Refusals are {@link Refusal}: 404, 409 name taken or in use, 422. Thread-safe.
 */
@Service
public class Secrets {
    /** The most secrets of an account. */
    static final int MAX_SECRETS = 200;

    /** The most bytes of a value in UTF-8. */
    public static final int MAX_BYTES = 32 << 10;

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final SecretRepository repository;
    private final SecretUsers users;
    private final Accounts accounts;
    private final Quotas quotas;
    private final Sealer sealer;
    private final InstantSource clock;

    Secrets(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            SecretRepository repository,
            SecretUsers users,
            Accounts accounts,
            Quotas quotas,
            Sealer sealer,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.users = users;
        this.accounts = accounts;
        this.quotas = quotas;
        this.sealer = sealer;
        this.clock = clock;
    }

    /** Keeps a value under a new name. */
    public SecretView create(AccountId account, @Nullable String name, @Nullable String value) {
        List<FieldError> errors = new ArrayList<>();
        if (name == null || !GivenName.is(name)) {
            errors.add(new FieldError("name", GivenName.RULE));
        }
        String checked = check(value, errors);
        if (!errors.isEmpty() || name == null) {
            throw Refusal.invalid(errors);
        }
        return Objects.requireNonNull(transaction.execute(_ -> {
            quotas.lock(dsl, account);
            if (repository.named(dsl, account, name).isPresent()) {
                throw Refusal.of(ErrorCode.NAME_TAKEN, "There is a secret '%s'.".formatted(name))
                        .field("name", "is taken")
                        .hint("PATCH the secret that has it, or choose another name.");
            }
            if (repository.all(dsl, account).size() >= MAX_SECRETS) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The account has %d secrets, which is the most.".formatted(MAX_SECRETS))
                        .fact("limit", MAX_SECRETS)
                        .hint("Delete secrets that are not used.");
            }
            Instant now = clock.instant();
            Secret row =
                    new Secret(SecretId.next(), account, name, 1, sealer.seal(account, name, 1, checked), now, now);
            repository.put(dsl, row);
            return view(row, List.of());
        }));
    }

    /** Gives a secret another value: workloads that use it change over to it. */
    public SecretView change(AccountId account, SecretId id, @Nullable String value, Cause cause) {
        List<FieldError> errors = new ArrayList<>();
        String checked = check(value, errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, account); // first of all locks, since workloads follow
            quotas.lock(dsl, account);
            Secret was = find(account, id);
            int version = was.version() + 1;
            Secret row = new Secret(
                    id,
                    account,
                    was.name(),
                    version,
                    sealer.seal(account, was.name(), version, checked),
                    was.createdAt(),
                    clock.instant());
            repository.put(dsl, row);
            users.renew(account, new SealedSecret(row.name(), version, row.sealed()), cause);
            return view(row, users.of(dsl, account));
        }));
    }

    /** Forgets a secret that no workload uses. */
    public void delete(AccountId account, SecretId id) {
        transaction.executeWithoutResult(_ -> {
            quotas.lock(dsl, account);
            Secret row = find(account, id);
            SecretView view = view(row, users.of(dsl, account));
            if (!view.usedBy().isEmpty()) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The secret '%s' is used by '%s'."
                                        .formatted(
                                                row.name(),
                                                view.usedBy().getFirst().name()))
                        .fact(
                                "used_by",
                                view.usedBy().stream()
                                        .map(user -> user.workload().toString())
                                        .toList())
                        .hint("Take the secret out of these workloads, or delete them.");
            }
            repository.delete(dsl, id);
        });
    }

    /** One secret. */
    public SecretView get(AccountId account, SecretId id) {
        return view(find(account, id), users.of(dsl, account));
    }

    /** All of them, by name. */
    public List<SecretView> list(AccountId account) {
        List<SecretUsers.Use> uses = users.of(dsl, account);
        return repository.all(dsl, account).stream().map(row -> view(row, uses)).toList();
    }

    private Secret find(AccountId account, SecretId id) {
        return repository.find(dsl, account, id).orElseThrow(() -> missing(id.toString()));
    }

    private static String check(@Nullable String value, List<FieldError> errors) {
        if (value == null) {
            errors.add(new FieldError("value", "is required"));
        } else if (value.indexOf('\0') >= 0
                || !StandardCharsets.UTF_8.newEncoder().canEncode(value)
                || value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            errors.add(new FieldError(
                    "value", "must be text without NUL characters, of at most %d bytes".formatted(MAX_BYTES)));
        }
        return value == null ? "" : value;
    }

    private static SecretView view(Secret row, List<SecretUsers.Use> uses) {
        return new SecretView(
                row.id(),
                row.name(),
                row.version(),
                uses.stream()
                        .filter(use -> use.secret().equals(row.name()))
                        .map(use -> new SecretView.User(use.workload(), use.name()))
                        .toList(),
                row.createdAt(),
                row.updatedAt());
    }

    /** Reads an id; empty for what is none. */
    public static Optional<SecretId> parse(String id) {
        return GivenId.read(id, SecretId::parse);
    }

    /** The refusal for a secret that is not there, or another account's. */
    public static Refusal missing(String id) {
        return Refusal.notFound("secret", id);
    }
}
