package dev.berth.provisioner.engine;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The labels on everything that Berth makes; all of them are always set, so that an image's own cannot take their place. */
final class Labels {
    static final String INSTALLATION = "dev.berth.installation";
    static final String ACCOUNT = "dev.berth.account";
    static final String WORKLOAD = "dev.berth.workload";
    static final String CONTAINER = "dev.berth.container";

    private Labels() {}

    static Map<String, String> of(String installation, AccountId account) {
        return Map.of(INSTALLATION, installation, ACCOUNT, account.toString());
    }

    static Map<String, String> of(String installation, AccountId account, WorkloadId workload, ContainerId container) {
        return Map.of(
                INSTALLATION,
                installation,
                ACCOUNT,
                account.toString(),
                WORKLOAD,
                workload.toString(),
                CONTAINER,
                container.toString());
    }

    /** The container that labels of this installation name, null when they name none. */
    static @Nullable ContainerId containerOf(@Nullable Map<String, String> labels, String installation) {
        if (labels == null || !installation.equals(labels.get(INSTALLATION))) {
            return null;
        }
        String id = labels.get(CONTAINER);
        try {
            return id == null ? null : ContainerId.parse(id);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
