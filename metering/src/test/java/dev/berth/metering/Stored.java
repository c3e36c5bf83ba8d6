package dev.berth.metering;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;

/** Tables as text, without when rows were written: two databases that were told the same in another order are equal. */
public final class Stored {
    private static final Map<String, String> TABLES = Map.of(
            "fact",
                    "container_id, sequence, kind, event_id, at, began_at, cpu_millis, memory_mib, host, engine_id, code, contested",
            "usage_interval",
                    "container_id, started_at, finished_at, account_id, cpu_millis, memory_mib, zero_reason, sequence, host",
            "finding", "container_id, kind, from_at, to_at, detail",
            "host_inventory", "host, partition, observed_at, retired, alive",
            "sighting", "container_id, host, partition, started_at, missing_at",
            "egress_reading", "container_id, measured_at, egress_bytes");

    private static final String HOUR = "account_id, hour, workload_id";
    private static final String HOUR_SUMS = "sum(container_ms) as container_ms, sum(cpu_millis_ms) as cpu_millis_ms,"
            + " sum(memory_mib_ms) as memory_mib_ms, sum(volume_gib_ms) as volume_gib_ms, sum(egress_bytes) as egress_bytes";

    private Stored() {}

    /** Everything that follows from the facts, rows sorted. */
    public static Map<String, List<String>> derived(DSLContext dsl) {
        Map<String, List<String>> all = new TreeMap<>();
        TABLES.forEach((table, columns) -> all.put(table, rows(dsl, columns, table)));
        return all;
    }

    /** Windows, rows sorted. */
    public static List<String> windows(DSLContext dsl) {
        return rows(
                dsl,
                "container_id, hour, account_id, container_ms, cpu_millis_ms, memory_mib_ms, egress_bytes",
                "usage_window");
    }

    /** Hours of workloads, rows sorted. */
    public static List<String> hours(DSLContext dsl) {
        return rows(dsl, HOUR + ", " + HOUR_SUMS.replace("sum(", "(") + ", windows", "usage_hour");
    }

    /** What the hours of workloads should be, rows sorted: the sums of the windows. */
    public static List<String> windowsSummed(DSLContext dsl) {
        return rows(dsl, HOUR + ", " + HOUR_SUMS + ", count(*) as windows", "usage_window group by " + HOUR);
    }

    private static List<String> rows(DSLContext dsl, String columns, String table) {
        return dsl.fetch("select t::text from (select " + columns + " from " + table + ") t order by 1")
                .map(row -> row.get(0, String.class));
    }
}
