package dev.berth.gateway.registry;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.quota.Quotas;
import dev.berth.gateway.secret.Sealer;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
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
 * Everything that can be done with credentials for registries. Writes take the locks that workloads take, in their order, since their
 * wishes follow: the account's standing, its quota. Refusals are {@link Refusal}: 404, 409 there are some already, 422. Thread-safe.
 */
@Service
public class RegistryCredentials {
    /** The most registries of an account. */
    static final int MAX_CREDENTIALS = 50;

    /** The most bytes of a password in UTF-8; some clouds' are files. */
    static final int MAX_PASSWORD_BYTES = 8 << 10;

    private static final int MAX_USERNAME_CHARS = 255;

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final RegistryCredentialRepository repository;
    private final RegistryUsers users;
    private final Accounts accounts;
    private final Quotas quotas;
    private final Sealer sealer;
    private final InstantSource clock;

    RegistryCredentials(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            RegistryCredentialRepository repository,
            RegistryUsers users,
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

    /** Keeps credentials for a registry; workloads whose image is of it have their images fetched with them from now on. */
    public RegistryCredentialView create(
            AccountId account,
            @Nullable String registry,
            @Nullable String username,
            @Nullable String password,
            Cause cause) {
        List<FieldError> errors = new ArrayList<>();
        Optional<String> name = registry == null ? Optional.empty() : RegistryName.read(registry);
        if (name.isEmpty()) {
            errors.add(new FieldError(
                    "registry",
                    "must be a registry as names of images begin with, such as ghcr.io or registry.example.com:5000, without https://;"
                            + " docker.io for Docker Hub"));
        }
        String user = username(username, errors);
        String word = password(password, errors);
        refuse(errors);
        return Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, account);
            quotas.lock(dsl, account);
            String of = name.orElseThrow();
            if (repository.find(dsl, account, of).isPresent()) {
                throw Refusal.of(ErrorCode.NAME_TAKEN, "The account has credentials for '%s'.".formatted(of))
                        .field("registry", "has some")
                        .hint("PATCH /v1/registry_credentials/%s changes them.".formatted(of));
            }
            if (repository.all(dsl, account).size() >= MAX_CREDENTIALS) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The account has credentials for %d registries, which is the most."
                                        .formatted(MAX_CREDENTIALS))
                        .fact("limit", MAX_CREDENTIALS)
                        .hint("Delete those that are not used.");
            }
            return keep(account, of, user, word, null, cause);
        }));
    }

    /**
     * Other credentials for a registry; the wishes of workloads whose image is of it follow, and no container is replaced.
     *
     * @param username null for the same as before
     */
    public RegistryCredentialView change(
            AccountId account, String registry, @Nullable String username, @Nullable String password, Cause cause) {
        List<FieldError> errors = new ArrayList<>();
        String user = username == null ? null : username(username, errors);
        String word = password(password, errors);
        refuse(errors);
        return Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, account);
            quotas.lock(dsl, account);
            RegistryCredential was = find(account, registry);
            return keep(account, was.registry(), user == null ? was.username() : user, word, was, cause);
        }));
    }

    private RegistryCredentialView keep(
            AccountId account,
            String registry,
            String username,
            String password,
            @Nullable RegistryCredential was,
            Cause cause) {
        Instant now = clock.instant();
        int version = was == null ? 1 : was.version() + 1;
        RegistryCredential row = new RegistryCredential(
                account,
                registry,
                username,
                version,
                sealer.seal(account, "registry/" + registry, version, password),
                was == null ? now : was.createdAt(),
                now);
        repository.put(dsl, row);
        users.renew(account, registry, row.login(), cause);
        return view(row, users.of(dsl, account));
    }

    /** Forgets credentials: they are taken out of all wishes. What was fetched with them stays the account's. */
    public void delete(AccountId account, String registry, Cause cause) {
        transaction.executeWithoutResult(_ -> {
            accounts.holdStanding(dsl, account);
            quotas.lock(dsl, account);
            RegistryCredential row = find(account, registry);
            repository.delete(dsl, account, row.registry());
            users.renew(account, row.registry(), null, cause);
        });
    }

    /** Those for one registry. */
    public RegistryCredentialView get(AccountId account, String registry) {
        return view(find(account, registry), users.of(dsl, account));
    }

    /** All of them, by registry. */
    public List<RegistryCredentialView> list(AccountId account) {
        List<RegistryUsers.Use> uses = users.of(dsl, account);
        return repository.all(dsl, account).stream().map(row -> view(row, uses)).toList();
    }

    private RegistryCredential find(AccountId account, String registry) {
        return RegistryName.read(registry)
                .flatMap(name -> repository.find(dsl, account, name))
                .orElseThrow(() -> Refusal.notFound("registry credential", registry));
    }

    private static String username(@Nullable String text, List<FieldError> errors) {
        boolean good = text != null
                && !text.isEmpty()
                && text.length() <= MAX_USERNAME_CHARS
                && text.indexOf(':') < 0
                && text.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        if (!good) {
            errors.add(new FieldError(
                    "username",
                    "must have 1 to %d characters, no ':' and no control characters".formatted(MAX_USERNAME_CHARS)));
        }
        return good && text != null ? text : "";
    }

    private static String password(@Nullable String text, List<FieldError> errors) {
        boolean good = text != null
                && !text.isEmpty()
                && text.indexOf('\0') < 0
                && StandardCharsets.UTF_8.newEncoder().canEncode(text)
                && text.getBytes(StandardCharsets.UTF_8).length <= MAX_PASSWORD_BYTES;
        if (!good) {
            errors.add(new FieldError(
                    "password", "must have 1 to %d bytes and no NUL characters".formatted(MAX_PASSWORD_BYTES)));
        }
        return good && text != null ? text : "";
    }

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
    }

    private static RegistryCredentialView view(RegistryCredential row, List<RegistryUsers.Use> uses) {
        return new RegistryCredentialView(
                row.registry(),
                row.username(),
                row.version(),
                uses.stream()
                        .filter(use -> use.registry().equals(row.registry()))
                        .map(use -> new RegistryCredentialView.User(use.workload(), use.name()))
                        .toList(),
                row.createdAt(),
                row.updatedAt());
    }
}
