package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.EngineNetwork;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.tenant.AddressPool;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.provisioner.tenant.NetworkRepository;
import dev.berth.provisioner.tenant.Tenant;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.provisioner.tenant.TenantState;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.tenant.TenantReady;
import dev.berth.schema.tenant.TenantRemoved;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and removes the places of accounts, each with a network of its own. One activation an account at a time. Thread-safe. */
final class TenantDriver {
    private static final Logger LOG = LoggerFactory.getLogger(TenantDriver.class);
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final TenantRepository tenants;
    private final WishRepository wishes;
    private final ContainerRepository containers;
    private final EngineHost host;
    private final HostClock clock;
    private final AddressPool pool;
    private final NetworkMaker maker;
    private final NetworkRepository networks;

    TenantDriver(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            EngineHost host,
            HostClock clock,
            AddressPool pool,
            NetworkMaker maker) {
        this.tenure = tenure;
        this.engine = engine;
        this.tenants = rooms.tenants();
        this.wishes = rooms.wishes();
        this.containers = rooms.containers();
        this.host = host;
        this.clock = clock;
        this.pool = pool;
        this.maker = maker;
        this.networks = rooms.networks();
    }

    /** Does what the account's state asks for. */
    Outcome drive(AccountId account) {
        Outcome outcome = new Outcome();
        Optional<Tenant> found = tenure.read(dsl -> tenants.find(dsl, account));
        if (found.isEmpty()) {
            return outcome;
        }
        Tenant tenant = found.get();
        switch (tenant.state()) {
            case PROVISIONING, READY -> make(tenant, outcome);
            case CLOSING -> close(tenant, outcome);
            case REMOVED -> {}
        }
        return outcome;
    }

    private void make(Tenant tenant, Outcome outcome) {
        if (host.known().isEmpty()) {
            return;
        }
        Optional<EngineNetwork> network = engine.network(tenant.network());
        if (network.isPresent()) {
            if (!tenant.cramped(pool) || !clear(tenant, outcome)) {
                ready(tenant, network.get(), outcome);
            }
            return;
        }
        switch (maker.make(tenant.network(), tenant.account(), false, new Addresses(this, tenant))) {
            case NetworkMaker.Made.There there -> ready(tenant, there.network(), outcome);
            case NetworkMaker.Made.Full _ ->
                note(
                        tenant,
                        "the address pool %s has no room left for a network of %d containers"
                                .formatted(pool.pool(), tenant.limits().containers()));
            case NetworkMaker.Made.Refused refused -> {
                note(tenant, refused.why());
                outcome.at(clock.instant().plus(AGAIN), new Subject.Account(tenant.account()));
            }
            case NetworkMaker.Made.Unclear _ ->
                outcome.at(clock.instant().plus(AGAIN), new Subject.Account(tenant.account()));
        }
    }

    /** The addresses of the account's own network. */
    private record Addresses(TenantDriver driver, Tenant tenant) implements NetworkMaker.Addresses {
        @Override
        public @Nullable Cidr take(List<Cidr> onEngine) {
            return driver.take(tenant, onEngine);
        }

        @Override
        public void refuse(Cidr subnet, String reason) {
            driver.refuse(tenant, subnet, reason);
        }
    }

    private void refuse(Tenant tenant, Cidr subnet, String reason) {
        tenure.write(tx -> {
            tenants.refuse(tx.dsl(), pool.unitOf(subnet), subnet, reason, tx.now());
            tenants.release(tx.dsl(), tenant.account());
            return true;
        });
    }

    /**
     * Removes a network that is too small for what the account may have, so that the next activation makes a larger one; answers
     * whether it did. While anything of the account is on the engine it stays as it is, and the operator is told.
     */
    private boolean clear(Tenant tenant, Outcome outcome) {
        boolean free = tenure.write(tx -> {
            tenants.lock(tx.dsl(), tenant.account());
            if (containers.anyOnEngine(tx.dsl(), tenant.account())) {
                return false;
            }
            tenants.again(tx.dsl(), tenant.account(), tx.now());
            return true;
        });
        if (!free) {
            note(
                    tenant,
                    ("its network %s holds %d containers, and its plan allows %d; it is made anew as soon as none of its"
                                    + " containers is there: stop all of them once")
                            .formatted(
                                    tenant.subnet(),
                                    tenant.room(),
                                    tenant.limits().containers()));
            return false;
        }
        engine.removeNetwork(tenant.network());
        tenure.write(tx -> {
            tenants.release(tx.dsl(), tenant.account());
            return true;
        });
        outcome.then(new Subject.Account(tenant.account()));
        return true;
    }

    /** The addresses that the account has, or takes now; null when none are left. Written down before the engine is called. */
    private @Nullable Cidr take(Tenant tenant, List<Cidr> onEngine) {
        return tenure.write(tx -> {
            Optional<Tenant> now = tenants.lock(tx.dsl(), tenant.account());
            if (now.isEmpty()) {
                return null;
            }
            String known = now.get().subnet();
            if (now.get().block() != null && known != null) {
                return Cidr.parse(known);
            }
            Optional<Cidr> free = maker.free(
                    tenants.takenBlocks(tx.dsl()), onEngine, now.get().limits().containers());
            free.ifPresent(subnet -> tenants.take(tx.dsl(), tenant.account(), pool.unitOf(subnet), subnet));
            return free.orElse(null);
        });
    }

    private void ready(Tenant tenant, EngineNetwork network, Outcome outcome) {
        if (tenant.state() == TenantState.READY) {
            if (tenant.message() != null && !tenant.cramped(pool)) {
                tenure.write(tx -> {
                    tenants.hush(tx.dsl(), tenant.account());
                    return true;
                });
            }
            return;
        }
        String name = host.known().map(EngineHost.Known::name).orElse("");
        tenure.write(tx -> {
            Optional<Tenant> now = tenants.lock(tx.dsl(), tenant.account());
            if (now.isPresent() && now.get().state() == TenantState.PROVISIONING) {
                tenants.ready(tx.dsl(), tenant.account(), name, network.id(), tx.now());
                tx.tell(
                        new TenantReady(
                                tenant.account(),
                                name,
                                tenant.network(),
                                network.subnets().isEmpty()
                                        ? ""
                                        : network.subnets().getFirst(),
                                tx.now()),
                        now.get().cause());
            }
            return true;
        });
        outcome.thenAll(workloads(tenant));
    }

    private List<Subject.Workload> workloads(Tenant tenant) {
        return tenure.read(dsl -> wishes.ofAccount(dsl, tenant.account())).stream()
                .map(Subject.Workload::new)
                .toList();
    }

    private void close(Tenant tenant, Outcome outcome) {
        if (tenure.read(dsl -> containers.anyOnEngine(dsl, tenant.account()))) {
            outcome.thenAll(workloads(tenant));
            outcome.at(clock.instant().plus(AGAIN), new Subject.Account(tenant.account()));
            return;
        }
        if (!tenure.read(dsl -> networks.of(dsl, tenant.account())).isEmpty()) {
            outcome.then(new Subject.Networks(tenant.account()));
            outcome.at(clock.instant().plus(AGAIN), new Subject.Account(tenant.account()));
            return;
        }
        try {
            engine.removeNetwork(tenant.network());
        } catch (EngineException.Refused | EngineException.Conflict | EngineException.Failed e) {
            note(tenant, "the network cannot be removed yet: " + e.getMessage());
            outcome.at(clock.instant().plus(AGAIN), new Subject.Account(tenant.account()));
            return;
        }
        String name = Objects.requireNonNullElse(
                tenant.host(), host.known().map(EngineHost.Known::name).orElse(""));
        tenure.write(tx -> {
            Optional<Tenant> now = tenants.lock(tx.dsl(), tenant.account());
            if (now.isPresent() && now.get().state() == TenantState.CLOSING) {
                tenants.removed(tx.dsl(), tenant.account(), tx.now());
                tx.tell(
                        new TenantRemoved(tenant.account(), name, tx.now()),
                        now.get().cause());
            }
            return true;
        });
    }

    private void note(Tenant tenant, String message) {
        if (message.equals(tenant.message())) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("account", tenant.account())
                .log("An account's place is not as it should be: {}", message);
        tenure.write(tx -> {
            tenants.note(tx.dsl(), tenant.account(), message);
            return true;
        });
    }
}
