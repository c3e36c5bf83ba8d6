package dev.berth.gateway.stack;

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

    /** With what the file does not say as it is by default, so that nothing of an earlier file stays. */
    Map<String, Object> whole() {
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
        if ("service".equals(members.get("kind"))) {
            whole.put("rollout", Map.of());
        } else if (!"machine".equals(members.get("kind"))) {
            Object atOnce = members.getOrDefault("parallelism", 1);
            whole.put("parallelism", atOnce);
            whole.put("completions", atOnce);
        }
        whole.putAll(members);
        return whole;
    }
}
