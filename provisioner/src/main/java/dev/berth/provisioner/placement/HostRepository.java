package dev.berth.provisioner.placement;

import static dev.berth.schema.db.provisioner.Tables.HOST;

import dev.berth.provisioner.engine.EngineInfo;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** The table {@code host}. Works inside the caller's transaction. Thread-safe. */
@Repository
public class HostRepository {
    /** A host as it was last seen. */
    public record Host(
            String name,
            String state,
            String engineVersion,
            int cpus,
            int memoryMib,
            List<String> findings,
            Instant lastSeenAt,
            @Nullable Instant lastInventoryAt) {}

    /** The name that an engine's host was first seen under. */
    public Optional<String> nameOf(DSLContext transaction, String engineKey) {
        return transaction
                .select(HOST.HOST_)
                .from(HOST)
                .where(HOST.ENGINE_KEY.eq(engineKey))
                .fetchOptional(HOST.HOST_);
    }

    /** The name of an engine's host, known or new. A name that another engine has gets the engine's own id behind it. */
    public String nameFor(DSLContext transaction, EngineInfo info) {
        return nameOf(transaction, info.key()).orElseGet(() -> freeName(transaction, info));
    }

    /**
     * Notes that a host answered. There is one engine, so the others do not; and one that this machine had before has lost all that it
     * knew, so it goes.
     */
    public String seen(DSLContext transaction, EngineInfo info, List<String> findings, Instant now) {
        String name = nameFor(transaction, info);
        transaction
                .insertInto(HOST)
                .set(HOST.HOST_, name)
                .set(HOST.ENGINE_KEY, info.key())
                .set(HOST.MACHINE, info.name())
                .set(HOST.STATE, "ready")
                .set(HOST.ENGINE_VERSION, info.version())
                .set(HOST.API_VERSION, info.apiVersion())
                .set(HOST.CPUS, info.cpus())
                .set(HOST.MEMORY_MIB, info.memoryMib())
                .set(HOST.FINDINGS, json(findings))
                .set(HOST.LAST_SEEN_AT, now)
                .onConflict(HOST.HOST_)
                .doUpdate()
                .set(HOST.MACHINE, info.name())
                .set(HOST.STATE, "ready")
                .set(HOST.ENGINE_VERSION, info.version())
                .set(HOST.API_VERSION, info.apiVersion())
                .set(HOST.CPUS, info.cpus())
                .set(HOST.MEMORY_MIB, info.memoryMib())
                .set(HOST.FINDINGS, json(findings))
                .set(HOST.LAST_SEEN_AT, now)
                .execute();
        transaction
                .update(HOST)
                .set(
                        HOST.STATE,
                        DSL.when(HOST.MACHINE.eq(info.name()), "retiring").otherwise("away"))
                .where(HOST.HOST_.ne(name), HOST.STATE.in("ready", "away"))
                .execute();
        return name;
    }

    /** Asks that a host be retired, which the reconciler does; answers whether there is one of that name. */
    public boolean retire(DSLContext transaction, String name) {
        transaction
                .update(HOST)
                .set(HOST.STATE, "retiring")
                .where(HOST.HOST_.eq(name), HOST.STATE.ne("retired"))
                .execute();
        return transaction.fetchExists(HOST, HOST.HOST_.eq(name));
    }

    /** The hosts that have not retired, but for one. */
    public List<String> left(DSLContext transaction, String except) {
        return transaction
                .select(HOST.HOST_)
                .from(HOST)
                .where(HOST.HOST_.ne(except), HOST.STATE.in("ready", "away"))
                .orderBy(HOST.HOST_)
                .fetch(HOST.HOST_);
    }

    /** The hosts that are to be retired. */
    public List<String> retiring(DSLContext transaction) {
        return transaction
                .select(HOST.HOST_)
                .from(HOST)
                .where(HOST.STATE.eq("retiring"))
                .orderBy(HOST.HOST_)
                .fetch(HOST.HOST_);
    }

    /** Notes a host's last inventory. */
    public void retired(DSLContext transaction, String name, Instant observedAt) {
        transaction
                .update(HOST)
                .set(HOST.STATE, "retired")
                .set(HOST.LAST_INVENTORY_AT, observedAt)
                .where(HOST.HOST_.eq(name))
                .execute();
    }

    private static String freeName(DSLContext transaction, EngineInfo info) {
        return transaction.fetchExists(HOST, HOST.HOST_.eq(info.name()))
                ? info.name() + "-" + info.key().replaceAll("[^A-Za-z0-9]", "").substring(0, 8)
                : info.name();
    }

    /** Notes that a host does not answer. */
    public void away(DSLContext transaction, String name) {
        transaction
                .update(HOST)
                .set(HOST.STATE, "away")
                .where(HOST.HOST_.eq(name), HOST.STATE.eq("ready"))
                .execute();
    }

    /** Notes an inventory. */
    public void inventoried(DSLContext transaction, String name, Instant observedAt) {
        transaction
                .update(HOST)
                .set(HOST.LAST_INVENTORY_AT, observedAt)
                .where(HOST.HOST_.eq(name))
                .execute();
    }

    /** When the last inventory of a host was; empty when there was none. */
    public Optional<Instant> lastInventory(DSLContext transaction, String name) {
        return transaction
                .select(HOST.LAST_INVENTORY_AT)
                .from(HOST)
                .where(HOST.HOST_.eq(name), HOST.LAST_INVENTORY_AT.isNotNull())
                .fetchOptional(HOST.LAST_INVENTORY_AT);
    }

    /** All hosts by name. */
    public List<Host> all(DSLContext transaction) {
        return transaction
                .selectFrom(HOST)
                .orderBy(HOST.HOST_)
                .fetch(row -> new Host(
                        row.getHost(),
                        row.getState(),
                        row.getEngineVersion(),
                        row.getCpus(),
                        row.getMemoryMib(),
                        List.of(Json.mapper().readValue(row.getFindings().data(), String[].class)),
                        row.getLastSeenAt(),
                        row.getLastInventoryAt()));
    }

    private static JSONB json(List<String> texts) {
        return JSONB.valueOf(Json.mapper().writeValueAsString(texts));
    }
}
