package dev.berth.provisioner.egress;

import static dev.berth.schema.db.provisioner.Tables.CONTAINER;
import static dev.berth.schema.db.provisioner.Tables.EGRESS_ADDRESS;
import static dev.berth.schema.db.provisioner.Tables.EGRESS_METER;

import dev.berth.provisioner.tenant.Cidr;
import dev.berth.schema.id.ContainerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** The tables of meters and of the addresses that they count. Thread-safe. */
@Component
public class EgressRepository {
    private static final int LOCK = 0x45475253;

    /** A network in which an address is wanted: what it has, and what is in use there as far as the engine knows. */
    public record Place(Cidr subnet, Set<String> inUse) {}

    /** The addresses of a container, by network; empty for one that is not metered. */
    public SortedMap<String, String> addresses(DSLContext dsl, ContainerId container) {
        return new TreeMap<>(dsl.select(EGRESS_ADDRESS.NETWORK, EGRESS_ADDRESS.ADDRESS)
                .from(EGRESS_ADDRESS)
                .where(EGRESS_ADDRESS.CONTAINER_ID.eq(container))
                .fetchMap(EGRESS_ADDRESS.NETWORK, EGRESS_ADDRESS.ADDRESS));
    }

    /** Gives a container an address on each network, which nobody else has until its last reading; empty, and none, when one is full. */
    public Optional<SortedMap<String, String>> take(
            DSLContext tx, ContainerId container, String host, SortedMap<String, Place> networks) {
        tx.execute("select pg_advisory_xact_lock(?)", LOCK);
        SortedMap<String, String> chosen = new TreeMap<>();
        for (Map.Entry<String, Place> network : networks.entrySet()) {
            Set<String> taken = new HashSet<>(network.getValue().inUse());
            taken.addAll(tx.select(EGRESS_ADDRESS.ADDRESS)
                    .from(EGRESS_ADDRESS)
                    .where(EGRESS_ADDRESS.HOST.eq(host), EGRESS_ADDRESS.NETWORK.eq(network.getKey()))
                    .fetch(EGRESS_ADDRESS.ADDRESS));
            Optional<String> free = FreeAddress.in(network.getValue().subnet(), taken);
            if (free.isEmpty()) {
                return Optional.empty();
            }
            chosen.put(network.getKey(), free.get());
        }
        tx.insertInto(EGRESS_METER)
                .set(EGRESS_METER.CONTAINER_ID, container)
                .set(EGRESS_METER.HOST, host)
                .onConflictDoNothing()
                .execute();
        chosen.forEach((network, address) -> tx.insertInto(EGRESS_ADDRESS)
                .set(EGRESS_ADDRESS.CONTAINER_ID, container)
                .set(EGRESS_ADDRESS.HOST, host)
                .set(EGRESS_ADDRESS.NETWORK, network)
                .set(EGRESS_ADDRESS.ADDRESS, address)
                .execute());
        return Optional.of(chosen);
    }

    /** The meters of a host whose last reading is still to come. */
    public List<Meter> open(DSLContext dsl, String host) {
        Map<ContainerId, List<Meter.Counter>> counters = dsl.selectFrom(EGRESS_ADDRESS)
                .where(EGRESS_ADDRESS.HOST.eq(host))
                .orderBy(EGRESS_ADDRESS.CONTAINER_ID, EGRESS_ADDRESS.NETWORK)
                .fetchGroups(
                        EGRESS_ADDRESS.CONTAINER_ID,
                        row -> new Meter.Counter(
                                row.get(EGRESS_ADDRESS.NETWORK),
                                row.get(EGRESS_ADDRESS.ADDRESS),
                                row.get(EGRESS_ADDRESS.COUNTER_EPOCH),
                                row.get(EGRESS_ADDRESS.COUNTER_BYTES)));
        return dsl.selectFrom(EGRESS_METER)
                .where(EGRESS_METER.HOST.eq(host), EGRESS_METER.ENDED.isFalse())
                .orderBy(EGRESS_METER.CONTAINER_ID)
                .fetch(row -> new Meter(
                        row.getContainerId(),
                        counters.getOrDefault(row.getContainerId(), List.of()),
                        row.getEgressBytes(),
                        row.getToldBytes(),
                        row.getToldAt()));
    }

    /** All addresses of a host that are given. */
    public Set<String> held(DSLContext dsl, String host) {
        return dsl.select(EGRESS_ADDRESS.ADDRESS)
                .from(EGRESS_ADDRESS)
                .where(EGRESS_ADDRESS.HOST.eq(host))
                .fetchSet(EGRESS_ADDRESS.ADDRESS);
    }

    /** Writes how meters stand. */
    public void write(DSLContext tx, List<Meter> meters) {
        List<org.jooq.Query> all = new ArrayList<>();
        for (Meter meter : meters) {
            all.add(tx.update(EGRESS_METER)
                    .set(EGRESS_METER.EGRESS_BYTES, meter.egressBytes())
                    .set(EGRESS_METER.TOLD_BYTES, meter.toldBytes())
                    .set(EGRESS_METER.TOLD_AT, meter.toldAt())
                    .where(EGRESS_METER.CONTAINER_ID.eq(meter.container())));
            for (Meter.Counter counter : meter.counters()) {
                all.add(tx.update(EGRESS_ADDRESS)
                        .set(EGRESS_ADDRESS.COUNTER_EPOCH, counter.epoch())
                        .set(EGRESS_ADDRESS.COUNTER_BYTES, counter.bytes())
                        .where(
                                EGRESS_ADDRESS.CONTAINER_ID.eq(meter.container()),
                                EGRESS_ADDRESS.NETWORK.eq(counter.network())));
            }
        }
        tx.batch(all).execute();
    }

    /** The last reading of these is taken: their addresses are free. */
    public void end(DSLContext tx, List<ContainerId> containers) {
        tx.deleteFrom(EGRESS_ADDRESS)
                .where(EGRESS_ADDRESS.CONTAINER_ID.in(containers))
                .execute();
        tx.update(EGRESS_METER)
                .set(EGRESS_METER.ENDED, true)
                .where(EGRESS_METER.CONTAINER_ID.in(containers))
                .execute();
    }

    /** The containers of hosts that are gone, of which nothing will be read any more. */
    public List<ContainerId> abandoned(DSLContext dsl, String host) {
        return dsl.select(EGRESS_METER.CONTAINER_ID)
                .from(EGRESS_METER)
                .join(CONTAINER)
                .on(CONTAINER.CONTAINER_ID.eq(EGRESS_METER.CONTAINER_ID))
                .where(EGRESS_METER.HOST.ne(host), EGRESS_METER.ENDED.isFalse(), CONTAINER.REMOVED_AT.isNotNull())
                .fetch(EGRESS_METER.CONTAINER_ID);
    }
}
