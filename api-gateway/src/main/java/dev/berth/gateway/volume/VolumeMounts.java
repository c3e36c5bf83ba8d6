package dev.berth.gateway.volume;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Service;

/** What workloads ask of volumes: which one a name means, and whether they may mount it. Thread-safe. */
@Service
public class VolumeMounts {
    private final DSLContext dsl;
    private final VolumeRepository repository;
    private final VolumeUsers users;

    VolumeMounts(DSLContext dsl, VolumeRepository repository, VolumeUsers users) {
        this.dsl = dsl;
        this.repository = repository;
        this.users = users;
    }

    /** A volume that a workload is to mount. */
    public record Wanted(VolumeId volume, boolean readOnly) {}

    /** The id of a volume that is not deleted, by its id or its name. */
    public Optional<VolumeId> idOf(AccountId account, String text) {
        return repository.resolve(dsl, account, text).map(Volume::id);
    }

    /** The names of volumes, deleted ones too. */
    public Map<VolumeId, String> names(Collection<VolumeId> ids) {
        return ids.isEmpty() ? Map.of() : repository.names(dsl, ids);
    }

    /**
     * Lets a workload mount volumes, under the lock of the account's quota: each is there, and none has another workload that may write to
     * it where this one may.
     *
     * @throws Refusal 409 if one is not
     */
    public void use(DSLContext inTransaction, AccountId account, String workload, Collection<Wanted> wanted) {
        if (wanted.isEmpty()) {
            return;
        }
        List<VolumeUsers.Use> others = users.of(inTransaction, account).stream()
                .filter(use -> !use.readOnly() && !use.name().equals(workload))
                .toList();
        for (Wanted mount : wanted) {
            Volume volume = repository
                    .find(inTransaction, account, mount.volume())
                    .filter(found -> found.deletedAt() == null)
                    .orElseThrow(
                            () -> Refusal.of(ErrorCode.CONFLICT, "The volume %s was deleted.".formatted(mount.volume()))
                                    .hint("Undelete the volume, or mount another one."));
            Optional<VolumeUsers.Use> writer = others.stream()
                    .filter(use -> use.volume().equals(volume.id()))
                    .findFirst();
            if (!mount.readOnly() && writer.isPresent()) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The volume '%s' is written to by the workload '%s', and only one workload may write to a volume."
                                        .formatted(volume.name(), writer.get().name()))
                        .field(
                                "volumes",
                                "has a volume that '%s' writes to"
                                        .formatted(writer.get().name()))
                        .hint("Mount it with read_only, or use another volume.");
            }
        }
    }
}
