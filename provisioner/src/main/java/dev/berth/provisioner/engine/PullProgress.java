package dev.berth.provisioner.engine;

import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what comes of each layer, by what the engine says of it; the engine names a layer by the beginning of its digest. Ends the pull
 * when more comes than the manifest promised.
 */
final class PullProgress extends PullImageResultCallback {
    private static final int NAME_CHARS = 12;

    /** What the engine says of a layer that is wholly there. */
    private static final Set<String> THERE =
            Set.of("Download complete", "Verifying Checksum", "Extracting", "Pull complete", "Already exists");

    private final Map<String, Long> sizes = new HashMap<>();
    private final Map<String, Long> came = new HashMap<>();
    private final Map<String, Long> there = new HashMap<>();
    private final PullOrder.Watch watch;
    private final long mostBytes;
    private volatile boolean exceeded;

    /** With the packed sizes in bytes by digests, as the manifest has them. */
    PullProgress(Map<String, Long> layers, PullOrder.Watch watch) {
        this.watch = watch;
        layers.forEach((digest, size) -> sizes.put(nameOf(digest), size));
        this.mostBytes = layers.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String nameOf(String digest) {
        String hex = digest.substring(digest.indexOf(':') + 1);
        return hex.substring(0, Math.min(NAME_CHARS, hex.length()));
    }

    boolean exceeded() {
        return exceeded;
    }

    long mostBytes() {
        return mostBytes;
    }

    @Override
    public void onNext(PullResponseItem item) {
        super.onNext(item);
        String layer = item.getId();
        String status = item.getStatus();
        if (layer == null || status == null) {
            return;
        }
        Long current = currentOf(item);
        if (status.equals("Downloading") && current != null) {
            came.merge(layer, current, Math::max);
            if (sum(came) > mostBytes) {
                exceeded = true;
                onComplete();
                return;
            }
            there.merge(layer, current, Math::max);
        } else if (THERE.contains(status) && sizes.containsKey(layer)) {
            there.put(layer, sizes.get(layer));
        } else {
            return;
        }
        watch.at(Math.min(sum(there), mostBytes), mostBytes);
    }

    private static @Nullable Long currentOf(PullResponseItem item) {
        ResponseItem.ProgressDetail detail = item.getProgressDetail();
        return detail == null ? null : detail.getCurrent();
    }

    private static long sum(Map<String, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
