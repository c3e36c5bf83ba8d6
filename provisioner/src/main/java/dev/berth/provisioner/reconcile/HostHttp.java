package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.IdentityFilter;
import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.placement.HostRepository;
import dev.berth.schema.wire.Identity;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Hosts, and how the reconciler stands; for the operator. */
@RestController
class HostHttp {
    /** A host in JSON; {@code containers} are live. */
    record HostView(
            String name,
            String state,
            String engineVersion,
            int cpus,
            int memoryMib,
            int containers,
            long takenCpuMillis,
            long takenMemoryMib,
            Instant lastSeenAt,
            @Nullable Instant lastInventoryAt,
            List<String> findings) {}

    /** A page of them. */
    record Hosts(List<HostView> data, @Nullable String nextCursor) {}

    /** How the loop of this replica stands. */
    record LoopView(
            boolean acting,
            @Nullable Instant lastRunAt,
            @Nullable Long lastRunMs,
            @Nullable String lastError,
            boolean engineReachable,
            String engine) {}

    private final DSLContext dsl;
    private final Rooms rooms;
    private final ReconcileLoop loop;
    private final EngineHost host;

    HostHttp(DSLContext dsl, Rooms rooms, ReconcileLoop loop, EngineHost host) {
        this.dsl = dsl;
        this.rooms = rooms;
        this.loop = loop;
        this.host = host;
    }

    @GetMapping("/internal/v1/hosts")
    Hosts hosts(@RequestAttribute(IdentityFilter.IDENTITY) Identity identity) {
        operatorOnly(identity);
        return new Hosts(rooms.hosts().all(dsl).stream().map(this::view).toList(), null);
    }

    /** Asks that a host that will not come back be let go; what was on it is lost. The same call again tells how far it is. */
    @PostMapping("/internal/v1/operator/hosts/{name}/retire")
    @ResponseStatus(HttpStatus.ACCEPTED)
    HostView retire(@PathVariable("name") String name, @RequestAttribute(IdentityFilter.IDENTITY) Identity identity) {
        operatorOnly(identity);
        boolean answers = host.reachable()
                && host.known().filter(known -> known.name().equals(name)).isPresent();
        if (answers) {
            throw new Refusal(ProblemCode.HOST_IN_USE, "the engine of %s answers".formatted(name));
        }
        if (!rooms.hosts().retire(dsl, name)) {
            throw new Refusal(ProblemCode.NOT_FOUND, "there is no such host");
        }
        loop.signal(new Subject.Everything());
        return rooms.hosts().all(dsl).stream()
                .filter(one -> one.name().equals(name))
                .map(this::view)
                .findFirst()
                .orElseThrow();
    }

    @GetMapping("/internal/v1/reconcile")
    LoopView reconcile(@RequestAttribute(IdentityFilter.IDENTITY) Identity identity) {
        operatorOnly(identity);
        ReconcileLoop.Status status = loop.status();
        return new LoopView(
                status.acting(),
                status.lastRunAt(),
                status.lastRunTook() == null ? null : status.lastRunTook().toMillis(),
                status.lastError(),
                host.reachable(),
                host.why());
    }

    private HostView view(HostRepository.Host one) {
        long[] taken = rooms.containers().taken(dsl, one.name());
        return new HostView(
                one.name(),
                one.state(),
                one.engineVersion(),
                one.cpus(),
                one.memoryMib(),
                (int) rooms.containers().onEngine(dsl, one.name()).stream()
                        .filter(container -> !container.state().over())
                        .count(),
                taken[0],
                taken[1],
                one.lastSeenAt(),
                one.lastInventoryAt(),
                one.findings());
    }

    private static void operatorOnly(Identity identity) {
        if (!identity.operator()) {
            throw new Refusal(ProblemCode.NOT_FOUND, "there is no such route");
        }
    }
}
