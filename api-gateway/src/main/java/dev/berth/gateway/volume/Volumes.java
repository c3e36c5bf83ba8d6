package dev.berth.gateway.volume;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.IfMatch;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import dev.berth.gateway.operation.OperationBook;
import dev.berth.gateway.quota.Amount;
import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Everything that can be done with volumes. Each write is one transaction: the wish, the quota it holds and the event. It locks in the
 * order in which the wishes of workloads do: the account's standing, then its quota. Refusals are {@link Refusal}: 402 suspended or
 * capped, 403 quota, 404 not there or not this account's, 409 name taken or in use, 412 stale, 422 not allowed. Thread-safe.
 */
@Service
@EnableConfigurationProperties(VolumeProperties.class)
public class Volumes {
    /** Which volumes to list; null for all that are not deleted. */
    record Filter(@Nullable String name, @Nullable String state) {}

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final VolumeRepository repository;
    private final VolumeViews views;
    private final VolumeUsers users;
    private final Origins origins;
    private final VolumeProperties properties;
    private final Accounts accounts;
    private final Quotas quotas;
    private final Outbox outbox;
    private final OperationBook operations;
    private final InstantSource clock;

    Volumes(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            VolumeRepository repository,
            VolumeViews views,
            VolumeUsers users,
            Origins origins,
            VolumeProperties properties,
            Accounts accounts,
            Quotas quotas,
            Outbox outbox,
            OperationBook operations,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.views = views;
        this.users = users;
        this.origins = origins;
        this.properties = properties;
        this.accounts = accounts;
        this.quotas = quotas;
        this.outbox = outbox;
        this.operations = operations;
        this.clock = clock;
    }

    /** Makes one, empty or with another's data. */
    public VolumeView create(AccountId account, VolumeRequest request, Cause cause) {
        Volume made = Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, account).allowRunning();
            quotas.lock(dsl, account);
            VolumeRequest.Checked checked = origin(account, request);
            free(account, checked.name());
            Volume volume = Volume.made(account, checked, clock.instant());
            claim(null, volume);
            repository.insert(dsl, volume);
            outbox.append(dsl, volume.event(), cause);
            enter(volume, "create", cause);
            return volume;
        }));
        return views.of(made);
    }

    /** Makes one of a name unless the account has it; for a file that names its volumes. */
    public void ensure(AccountId account, String name, int sizeGib, Cause cause) {
        if (repository.named(dsl, account, name).isEmpty()) {
            create(account, VolumeRequest.of(name, sizeGib), cause);
        }
    }

    private VolumeRequest.Checked origin(AccountId account, VolumeRequest request) {
        String fromVolume = request.fromVolume();
        String fromSnapshot = request.fromSnapshot();
        if (fromVolume == null && fromSnapshot == null) {
            return request.check(null, 0, 1);
        }
        Volume origin;
        SnapshotId snapshot = null;
        int least;
        if (fromSnapshot == null) {
            origin = repository
                    .resolve(dsl, account, Objects.requireNonNull(fromVolume))
                    .orElseThrow(() -> invalid("from_volume", "is no volume of the account"));
            least = origin.sizeGib();
        } else {
            SnapshotId id = Snapshots.parse(fromSnapshot)
                    .orElseThrow(() -> invalid("from_snapshot", "is no id of a snapshot, such as snap_…"));
            origin = repository
                    .withSnapshot(dsl, account, id)
                    .filter(volume -> volume.deletedAt() == null)
                    .orElseThrow(() -> invalid("from_snapshot", "is no snapshot of the account's volumes"));
            if (fromVolume != null
                    && !repository
                            .resolve(dsl, account, fromVolume)
                            .map(Volume::id)
                            .equals(Optional.of(origin.id()))) {
                throw invalid("from_snapshot", "is of another volume than from_volume");
            }
            snapshot = id;
            least = Snapshots.of(origin, id).sizeGib();
        }
        VolumeRequest.Checked checked = request.check(null, least, least);
        return new VolumeRequest.Checked(checked.name(), checked.sizeGib(), origin.id(), snapshot);
    }

    private void free(AccountId account, String name) {
        if (repository.named(dsl, account, name).isPresent()) {
            throw Refusal.of(ErrorCode.NAME_TAKEN, "There is a volume '%s'.".formatted(name))
                    .field("name", "is taken")
                    .hint("Choose another name, or use the volume that has it.");
        }
    }

    /** Claims what a volume needs more than before; what it holds already it holds. */
    private void claim(@Nullable Volume before, Volume volume) {
        if (before == null || before.sizeGib() != volume.sizeGib()) {
            String what = "Volume '%s'".formatted(volume.name());
            quotas.claim(dsl, volume.account(), volume.id().uuid(), Amount.ofVolume(1, volume.sizeGib()), what);
        }
        for (Volume.Snapshot snapshot : volume.snapshots()) {
            if (before == null || !before.snapshots().contains(snapshot)) {
                quotas.claim(
                        dsl,
                        volume.account(),
                        snapshot.id().uuid(),
                        Amount.ofVolume(0, snapshot.sizeGib()),
                        "Snapshot '%s' of volume '%s'".formatted(snapshot.name(), volume.name()));
            }
        }
    }

    /** One volume; one that was deleted is still there. */
    public VolumeView get(AccountId account, VolumeId id) {
        return views.of(find(account, id));
    }

    /** Newest first; without deleted ones unless the filter asks for them. */
    Page<VolumeView> list(AccountId account, Filter filter, Paging paging) {
        if (filter.name() != null && !Words.isPlain(filter.name())) {
            throw invalid("name", "must not have control characters");
        }
        if (filter.state() != null && !List.of("deleted", "purged").contains(filter.state())) {
            throw invalid("state", "must be one of deleted, purged");
        }
        Cursor cursor = paging.after();
        VolumeId before = cursor == null
                ? null
                : VolumeRepository.parse(cursor.position()).orElseThrow(Cursor::foreign);
        Page<Volume> page = Page.of(
                repository.list(dsl, account, filter, before, paging),
                paging.limit(),
                volume -> volume.id().toString());
        return new Page<>(views.of(account, page.data()), page.nextCursor());
    }

    /** The volumes that are not deleted, newest first, for a page. */
    public List<VolumeView> present(AccountId account) {
        return views.of(account, repository.present(dsl, account));
    }

    /** The deleted ones whose data is still there, newest first, for a page. */
    public List<VolumeView> deleted(AccountId account) {
        Filter filter = new Filter(null, "deleted");
        return views.of(account, repository.list(dsl, account, filter, null, new Paging(Paging.MAX_LIMIT, null)));
    }

    /** Lets it hold more, or renames it. */
    public VolumeView update(
            AccountId account, VolumeId id, VolumeRequest request, @Nullable String ifMatch, Cause cause) {
        if (request.fromVolume() != null || request.fromSnapshot() != null) {
            String field = request.fromVolume() != null ? "from_volume" : "from_snapshot";
            throw invalid(field, "is for a new volume only; use restore to put data back");
        }
        return act(account, id, ifMatch, cause, true, now -> {
            VolumeRequest.Checked checked = request.check(now.name(), now.sizeGib(), now.sizeGib());
            if (checked.name().equals(now.name()) && checked.sizeGib() == now.sizeGib()) {
                return now;
            }
            if (!checked.name().equals(now.name())) {
                free(account, checked.name());
            }
            return now.named(checked.name(), checked.sizeGib(), clock.instant());
        });
    }

    /**
     * Deletes it: its data is kept for the time of retention, and counts so long.
     *
     * @param atOnce have the data destroyed now, whatever the retention; there is no way back
     */
    public VolumeView delete(AccountId account, VolumeId id, boolean atOnce, @Nullable String ifMatch, Cause cause) {
        Volume after = Objects.requireNonNull(transaction.execute(_ -> {
            quotas.lock(dsl, account);
            Volume now = find(account, id);
            match(now, ifMatch);
            if (now.purgedAt() != null || (now.deletedAt() != null && !atOnce)) {
                return now;
            }
            unused(account, now);
            Instant at = clock.instant();
            boolean destroys = atOnce || properties.volumeRetention().isZero();
            if (destroys) {
                origins.free(dsl, id, null, "The data of the volume '%s'".formatted(now.name()));
            }
            return destroys
                    ? purge(now, cause)
                    : write(now, now.deleted(at.plus(properties.volumeRetention()), at), cause);
        }));
        return views.of(after);
    }

    private void unused(AccountId account, Volume volume) {
        List<VolumeUsers.Use> uses = usesOf(account, volume.id());
        if (!uses.isEmpty()) {
            throw Refusal.of(
                            ErrorCode.CONFLICT,
                            "The volume '%s' is mounted by %s.".formatted(volume.name(), names(uses)))
                    .fact(
                            "mounted_by",
                            uses.stream().map(use -> use.workload().toString()).toList())
                    .hint("Take the volume out of these workloads, or delete them; stopping is not enough.");
        }
    }

    /** Takes a deletion back. */
    public VolumeView undelete(AccountId account, VolumeId id, @Nullable String ifMatch, Cause cause) {
        Volume after = Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, account).allowRunning();
            quotas.lock(dsl, account);
            Volume now = find(account, id);
            match(now, ifMatch);
            if (now.deletedAt() == null) {
                return now;
            }
            if (now.purgedAt() != null) {
                throw gone(now);
            }
            free(account, now.name());
            return write(now, now.undeleted(clock.instant()), cause);
        }));
        return views.of(after);
    }

    /**
     * Deletes all volumes of an account that was closed, whose standing is locked; what the caller must append to the outbox.
     *
     * @param kept whether their data is kept for the time of retention, as that of other deleted volumes
     */
    public List<Outbox.Draft> close(DSLContext inTransaction, AccountId account, boolean kept, Cause cause) {
        quotas.lock(inTransaction, account);
        Instant now = clock.instant();
        List<Outbox.Draft> drafts = new ArrayList<>();
        for (Volume volume : repository.present(inTransaction, account)) {
            Volume next = volume.deleted(kept ? now.plus(properties.volumeRetention()) : now, now);
            repository.update(inTransaction, next);
            drafts.add(new Outbox.Draft(next.event(), cause));
        }
        return drafts;
    }

    /**
     * Has the data destroyed of a deleted volume whose time is over; nothing if its deletion was taken back meanwhile, and not before every
     * volume is made that begins with its data.
     */
    void purgeDue(VolumeRepository.Due due) {
        transaction.executeWithoutResult(_ -> {
            quotas.lock(dsl, due.account());
            Instant now = clock.instant();
            repository
                    .find(dsl, due.account(), due.volume())
                    .filter(volume -> volume.purgedAt() == null
                            && volume.purgeAt() != null
                            && !volume.purgeAt().isAfter(now)
                            && origins.waiting(dsl, volume.id(), null).isEmpty())
                    .ifPresent(volume -> purge(volume, Cause.platform(now)));
        });
    }

    private Volume purge(Volume volume, Cause cause) {
        quotas.release(dsl, volume.account(), volume.id().uuid());
        volume.snapshots()
                .forEach(snapshot ->
                        quotas.release(dsl, volume.account(), snapshot.id().uuid()));
        return write(volume, volume.purged(clock.instant()), cause);
    }

    private Volume write(Volume before, Volume next, Cause cause) {
        repository.update(dsl, next);
        outbox.append(dsl, next.event(), cause);
        enter(next, next.verb(before), cause);
        return next;
    }

    private void enter(Volume volume, String action, Cause cause) {
        operations.begin(
                dsl,
                volume.account(),
                cause,
                volume.id(),
                "volume." + action,
                volume.generation(),
                Duration.ZERO,
                Map.of());
    }

    /** One step of a volume that is not deleted, in one transaction. */
    VolumeView act(
            AccountId account,
            VolumeId id,
            @Nullable String ifMatch,
            Cause cause,
            boolean mayCost,
            Function<Volume, Volume> step) {
        Volume after = Objects.requireNonNull(transaction.execute(_ -> {
            var standing = accounts.holdStanding(dsl, account);
            quotas.lock(dsl, account);
            Volume now = find(account, id);
            match(now, ifMatch);
            if (now.deletedAt() != null) {
                throw gone(now);
            }
            if (mayCost) {
                standing.allowRunning();
            }
            Volume next = step.apply(now);
            if (next.equals(now)) {
                return now;
            }
            claim(now, next);
            return write(now, next, cause);
        }));
        return views.of(after);
    }

    private static Refusal gone(Volume volume) {
        return Refusal.of(ErrorCode.CONFLICT, "The volume '%s' was deleted.".formatted(volume.name()))
                .hint(
                        volume.purgedAt() == null
                                ? "Undelete it: its data is kept until %s.".formatted(volume.purgeAt())
                                : "Make a new one: its data is destroyed.");
    }

    /** Refuses to let a snapshot go that another volume is still to be made from; under the lock of the quota. */
    void free(Volume volume, Volume.Snapshot snapshot) {
        origins.free(dsl, volume.id(), snapshot.id(), "The snapshot '%s'".formatted(snapshot.name()));
    }

    List<VolumeUsers.Use> usesOf(AccountId account, VolumeId volume) {
        return users.of(dsl, account).stream()
                .filter(use -> use.volume().equals(volume))
                .toList();
    }

    static String names(List<VolumeUsers.Use> uses) {
        return uses.stream().map(use -> "'%s'".formatted(use.name())).distinct().collect(Collectors.joining(", "));
    }

    private Volume find(AccountId account, VolumeId id) {
        return repository.find(dsl, account, id).orElseThrow(() -> missing(id.toString()));
    }

    private static void match(Volume now, @Nullable String ifMatch) {
        String bare = Long.toString(now.generation());
        IfMatch.check(ifMatch, "The volume is at generation %s by now.".formatted(bare), now.etag(), bare);
    }

    /** The refusal for a volume that is not there, or another account's. */
    static Refusal missing(String id) {
        return Refusal.notFound("volume", id);
    }

    static Refusal invalid(String field, String message) {
        return Refusal.invalid(List.of(new FieldError(field, message)));
    }
}
