package dev.berth.gateway.stack;

import java.util.Collections;
import java.util.LinkedHashMap;
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
}
