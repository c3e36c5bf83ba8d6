package dev.berth.provisioner.engine;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The labels on everything that Berth makes. An image's own are each overridden with nothing, for the engine, its plug-ins and
 * the operator's tools take labels at their word.
 */
final class Labels {
    static final String INSTALLATION = "dev.berth.installation";
    static final String ACCOUNT = "dev.berth.account";
    static final String WORKLOAD = "dev.berth.workload";
    static final String CONTAINER = "dev.berth.container";

    /** Who sees to it that a container does not fill the disk through its own root: {@link Root}. */
    static final String ROOT = "dev.berth.root";

    /** With which signal it is asked to end. */
    static final String STOP_SIGNAL = "dev.berth.stop-signal";

    /** The values of {@link #ROOT}. */
    enum Root {
        /** Nobody needs to: it cannot write there. */
        READ_ONLY,
        /** The engine, by its storage driver's quota. */
        LIMITED,
        /** Berth, by looking how much it has written. */
        WATCHED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Labels() {}

    static Map<String, String> of(String installation, AccountId account) {
        return Map.of(INSTALLATION, installation, ACCOUNT, account.toString());
    }

    static Map<String, String> of(String installation, ContainerSpec spec, Root root) {
        Map<String, String> labels = new TreeMap<>();
        spec.image().labels().forEach(label -> labels.put(label, ""));
        labels.put(INSTALLATION, installation);
        labels.put(ACCOUNT, spec.account().toString());
        labels.put(WORKLOAD, spec.workload().toString());
        labels.put(CONTAINER, spec.container().toString());
        labels.put(ROOT, root.text());
        labels.put(STOP_SIGNAL, spec.stopSignal());
        return labels;
    }

    /** With which signal a container of these labels is asked to end. */
    static String stopSignalOf(@Nullable Map<String, String> labels) {
        String signal = labels == null ? null : labels.get(STOP_SIGNAL);
        return signal != null && ImagePolicy.STOP_SIGNALS.contains(signal) ? signal : ImagePolicy.DEFAULT_SIGNAL;
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
