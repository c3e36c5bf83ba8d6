package dev.berth.gateway.stack;

import dev.berth.gateway.workload.WorkloadView;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A workload that a service of a file becomes.
 *
 * @param members of the request that makes it, by their names in the API
 * @param after the services that it is started after
 */
record Planned(String name, Map<String, Object> members, Set<String> after) {
    Planned {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        after = Collections.unmodifiableSet(new TreeSet<>(after));
    }

    /**
     * With what the file does not say as it is by default, so that nothing of an earlier file stays; but autoscaling stays, since it is
     * mostly asked for beside the file, and so does the number of replicas that it found.
     *
     * @param now the workload that is changed
     */
    Map<String, Object> whole(WorkloadView now) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("health_check", Map.of("type", "none"));
        whole.put("readiness_check", Map.of("type", "none"));
        whole.put("depends_on", List.of());
        whole.put("working_dir", "");
        whole.put("user", "");
        whole.put("stop_signal", "");
        whole.put("volumes", List.of());
        whole.put("secrets", List.of());
        whole.put("files", List.of());
        whole.put("pull_policy", "");
        whole.put("networks", List.of());
        whole.put("stdin", false);
        whole.put("tty", false);
        if ("service".equals(members.get("kind"))) {
            if (now.rollout() != null) {
                whole.put("rollout", Map.of());
            }
            if (!scales(now)) {
                whole.put("replicas", 1);
            }
        } else if (!"machine".equals(members.get("kind"))) {
            Object atOnce = members.getOrDefault("parallelism", 1);
            whole.put("parallelism", atOnce);
            if (now.completions() != null) {
                whole.put("completions", atOnce);
            }
        }
        whole.putAll(members);
        return whole;
    }

    /** Whether it scales by itself after the change. */
    private boolean scales(WorkloadView now) {
        return members.get("autoscale") instanceof Map<?, ?> asked
                ? !"0".equals(String.valueOf(asked.get("max")))
                : now.autoscale() != null;
    }

    /** Whether it goes on to scale by itself although the file does not say so. */
    boolean keepsScaling(WorkloadView now) {
        return now.autoscale() != null && !members.containsKey("autoscale");
    }
}
