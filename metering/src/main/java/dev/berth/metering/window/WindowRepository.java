package dev.berth.metering.window;

import static dev.berth.schema.db.metering.Tables.USAGE_WINDOW;

import dev.berth.schema.id.ContainerId;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The table of windows, and that of their sums: the hours of workloads, which triggers keep. */
public final class WindowRepository {
    private static final String SUMS = """
            select account_id, hour, workload_id, sum(container_ms) as container_ms, sum(cpu_millis_ms) as cpu_millis_ms,
                   sum(memory_mib_ms) as memory_mib_ms, sum(volume_gib_ms) as volume_gib_ms, sum(egress_bytes) as egress_bytes,
                   count(*) as windows
            from usage_window group by 1, 2, 3
            """;

    private static final String WRONG_HOURS = """
            delete from usage_hour h
            using (select w.account_id, w.hour, w.workload_id from usage_hour w left join (%s) s using (account_id, hour, workload_id)
                   where (w.container_ms, w.cpu_millis_ms, w.memory_mib_ms, w.volume_gib_ms, w.egress_bytes, w.windows)
                         is distinct from (s.container_ms, s.cpu_millis_ms, s.memory_mib_ms, s.volume_gib_ms, s.egress_bytes, s.windows)) x
            where h.account_id = x.account_id and h.hour = x.hour and h.workload_id = x.workload_id
            returning h.account_id, h.hour, h.workload_id
            """.formatted(SUMS);

    private static final String MISSING_HOURS = """
            insert into usage_hour as h (account_id, hour, workload_id, container_ms, cpu_millis_ms, memory_mib_ms, volume_gib_ms,
                                         egress_bytes, windows)
            select * from (%s) s
            where not exists (select from usage_hour k
                              where k.account_id = s.account_id and k.hour = s.hour and k.workload_id = s.workload_id)
            returning h.account_id, h.hour, h.workload_id
            """.formatted(SUMS);

    private WindowRepository() {}

    /**
     * Adds use to windows and makes those that are missing; windows that come to nothing go.
     *
     * @param changes each window once; the quantities are what is added
     */
    public static void add(DSLContext tx, Collection<Window> changes) {
        List<Window> rows =
                changes.stream().filter(change -> !change.quantity().isNone()).toList();
        if (rows.isEmpty()) {
            return;
        }
        tx.execute(
                """
                insert into usage_window as w (container_id, hour, account_id, workload_id, container_ms, cpu_millis_ms, memory_mib_ms,
                                               volume_gib_ms, egress_bytes)
                select u.container_id, at_ms(u.hour), u.account_id, u.workload_id, u.container_ms, u.cpu_millis_ms, u.memory_mib_ms,
                       u.volume_gib_ms, u.egress_bytes
                from unnest(?::uuid[], ?::bigint[], ?::uuid[], ?::uuid[], ?::numeric[], ?::numeric[], ?::numeric[], ?::numeric[],
                            ?::numeric[])
                     as u(container_id, hour, account_id, workload_id, container_ms, cpu_millis_ms, memory_mib_ms, volume_gib_ms,
                          egress_bytes)
                on conflict (container_id, hour) do update
                set container_ms = w.container_ms + excluded.container_ms,
                    cpu_millis_ms = w.cpu_millis_ms + excluded.cpu_millis_ms,
                    memory_mib_ms = w.memory_mib_ms + excluded.memory_mib_ms,
                    volume_gib_ms = w.volume_gib_ms + excluded.volume_gib_ms,
                    egress_bytes = w.egress_bytes + excluded.egress_bytes
                """,
                column(rows, UUID[]::new, w -> w.container().uuid()),
                column(rows, Long[]::new, w -> w.hour().toEpochMilli()),
                column(rows, UUID[]::new, w -> w.account().uuid()),
                column(rows, UUID[]::new, w -> w.workload().uuid()),
                column(rows, BigInteger[]::new, w -> w.quantity().containerMs()),
                column(rows, BigInteger[]::new, w -> w.quantity().cpuMillisMs()),
                column(rows, BigInteger[]::new, w -> w.quantity().memoryMibMs()),
                column(rows, BigInteger[]::new, w -> w.quantity().volumeGibMs()),
                column(rows, BigInteger[]::new, w -> w.quantity().egressBytes()));
        List<ContainerId> less = rows.stream()
                .filter(change -> change.quantity().containerMs().signum() < 0
                        || change.quantity().volumeGibMs().signum() < 0
                        || change.quantity().egressBytes().signum() < 0)
                .map(Window::container)
                .distinct()
                .toList();
        if (!less.isEmpty()) {
            tx.deleteFrom(USAGE_WINDOW)
                    .where(USAGE_WINDOW.CONTAINER_ID.in(less))
                    .and("container_ms = 0 and cpu_millis_ms = 0 and memory_mib_ms = 0 and volume_gib_ms = 0"
                            + " and egress_bytes = 0")
                    .execute();
        }
    }

    /** All windows of these containers, by container and hour. */
    public static List<Window> load(DSLContext tx, Collection<ContainerId> containers) {
        return tx.selectFrom(USAGE_WINDOW)
                .where("container_id = any(?::uuid[])", (Object)
                        containers.stream().map(ContainerId::uuid).toArray(UUID[]::new))
                .orderBy(USAGE_WINDOW.CONTAINER_ID, USAGE_WINDOW.HOUR)
                .fetch()
                .map(row -> new Window(
                        row.getContainerId(),
                        row.getHour(),
                        row.getAccountId(),
                        row.getWorkloadId(),
                        new Quantity(
                                row.getContainerMs(),
                                row.getCpuMillisMs(),
                                row.getMemoryMibMs(),
                                row.getVolumeGibMs(),
                                row.getEgressBytes())));
    }

    /** Removes the windows of a container, to be written anew. */
    public static void remove(DSLContext tx, ContainerId container) {
        tx.deleteFrom(USAGE_WINDOW)
                .where(USAGE_WINDOW.CONTAINER_ID.eq(container))
                .execute();
    }

    /**
     * Compares the hours of workloads with the sums of all windows, which triggers keep equal, and mends those that differ. Nobody tells
     * meanwhile. It reads all windows: seconds for some million.
     *
     * @return how many differed
     */
    public static int mendHours(DSLContext tx) {
        Set<List<Object>> differed = new HashSet<>();
        for (String statement : List.of(WRONG_HOURS, MISSING_HOURS)) {
            for (Record row : tx.fetch(statement)) {
                differed.add(List.of(row.get(0), row.get(1), row.get(2)));
            }
        }
        return differed.size();
    }

    private static <C> Object column(
            List<Window> rows, java.util.function.IntFunction<C[]> array, Function<Window, C> of) {
        return rows.stream().map(of).toArray(array);
    }
}
