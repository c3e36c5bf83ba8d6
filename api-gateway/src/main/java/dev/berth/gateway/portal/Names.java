package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.volume.Volumes;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a customer called a workload or a volume, also one that was deleted. Thread-safe. */
@Component
class Names {
    private final Workloads workloads;
    private final Volumes volumes;

    Names(Workloads workloads, Volumes volumes) {
        this.workloads = workloads;
        this.volumes = volumes;
    }

    /** Where one reads more of a workload or a volume. */
    static String href(String id) {
        return (id.startsWith(VolumeId.PREFIX + "_") ? "/volumes/" : "/workloads/") + id;
    }

    /** The names of an account's workloads; for one page. Who may not read workloads sees ids. */
    Book of(Principal.Customer visitor) {
        Map<String, String> names = new HashMap<>();
        if (!visitor.may(Scope.WORKLOADS_READ)) {
            return new Book(null, names);
        }
        AccountId account = visitor.account();
        workloads
                .list(account, Workloads.Filter.any(), new Paging(Paging.MAX_LIMIT, null))
                .data()
                .forEach(one -> names.put(one.id().toString(), one.name()));
        return new Book(account, names);
    }

    /** Names that are looked up once each. For one thread. */
    final class Book {
        private final @Nullable AccountId account; // null: none of its names may be told
        private final Map<String, String> names;

        private Book(@Nullable AccountId account, Map<String, String> names) {
            this.account = account;
            this.names = names;
        }

        /** The name, or the id where there is none. */
        String of(@Nullable String id) {
            return id == null ? "" : names.computeIfAbsent(id, this::ask);
        }

        private String ask(String id) {
            AccountId owner = account;
            if (owner == null) {
                return id;
            }
            try {
                if (id.startsWith(VolumeId.PREFIX + "_")) {
                    return volumes.get(owner, VolumeId.parse(id)).name();
                }
                return Workloads.parse(id)
                        .map(workload -> workloads.get(owner, workload).name())
                        .orElse(id);
            } catch (Refusal | IllegalArgumentException unknown) {
                return id;
            }
        }
    }
}
