package dev.berth.gateway.volume;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Holds the data of a volume for as long as another is still to be made from it. One that waits is one that nobody has told of to be there;
 * the feed may be late, and then the origin is held a moment longer. A volume that was deleted itself holds nothing. Thread-safe.
 */
@Component
class Origins {
    private final VolumeRepository repository;
    private final VolumeObservations observations;

    Origins(VolumeRepository repository, VolumeObservations observations) {
        this.repository = repository;
        this.observations = observations;
    }

    /**
     * Those that wait for the data of a volume, oldest first.
     *
     * @param snapshot of it; null for all, whichever data of it they begin with
     */
    List<Volume> waiting(DSLContext dsl, VolumeId origin, @Nullable SnapshotId snapshot) {
        List<Volume> copies = repository.copies(dsl, origin).stream()
                .filter(copy -> snapshot == null || snapshot.equals(copy.originSnapshot()))
                .toList();
        if (copies.isEmpty()) {
            return copies;
        }
        Map<VolumeId, VolumeObservations.Seen> seen =
                observations.of(copies.stream().map(Volume::id).toList());
        return copies.stream()
                .filter(copy -> {
                    VolumeObservations.Seen there = seen.get(copy.id());
                    return there == null || there.state().equals("wished");
                })
                .toList();
    }

    /**
     * Refuses to take data away that another volume waits for.
     *
     * @param what it is, in words
     * @throws Refusal 409 that names those that wait
     */
    void free(DSLContext dsl, VolumeId origin, @Nullable SnapshotId snapshot, String what) {
        List<Volume> waiting = waiting(dsl, origin, snapshot);
        if (waiting.isEmpty()) {
            return;
        }
        String names =
                waiting.stream().map(copy -> "'%s'".formatted(copy.name())).collect(Collectors.joining(", "));
        throw Refusal.of(ErrorCode.CONFLICT, "%s is needed until %s is made from it.".formatted(what, names))
                .fact(
                        "needed_by",
                        waiting.stream().map(copy -> copy.id().toString()).toList())
                .hint("Wait until %s is ready, or delete it.".formatted(names));
    }
}
