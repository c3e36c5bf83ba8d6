package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.EngineNetwork;
import dev.berth.provisioner.lifecycle.LinkRepository;
import dev.berth.provisioner.tenant.AddressPool;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.provisioner.tenant.NetworkRepository;
import dev.berth.provisioner.tenant.NetworkState;
import dev.berth.provisioner.tenant.Tenant;
import dev.berth.provisioner.tenant.TenantNetwork;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.provisioner.tenant.TenantState;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.NetworkUse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes networks that accounts have beside their own one, and removes them. {@link Links} begins one for the first container that
 * needs it; it goes once no wish names it and no container may be in it. Both are decided under the lock of the account's place, so
 * a network does not go from under a container. One activation an account at a time. Thread-safe.
 */
final class NetworkDriver {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkDriver.class);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Pattern NAME = Pattern.compile("berth-(acct_[a-z0-9]{26})(?:-([0-9]{1,18}))?");

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final TenantRepository tenants;
    private final NetworkRepository networks;
    private final LinkRepository links;
    private final WishRepository wishes;
    private final HostClock clock;
    private final AddressPool pool;
    private final NetworkMaker maker;
    private volatile @Nullable Instant sweptAt;

    NetworkDriver(
            Tenure tenure, ContainerEngine engine, Rooms rooms, HostClock clock, AddressPool pool, NetworkMaker maker) {
        this.tenure = tenure;
        this.engine = engine;
        this.tenants = rooms.tenants();
        this.networks = rooms.networks();
        this.links = rooms.links();
        this.wishes = rooms.wishes();
        this.clock = clock;
        this.pool = pool;
        this.maker = maker;
    }

    /** Accounts with a network that is on its way, or that nothing holds. */
    List<Subject> inMotion() {
        return tenure.read(dsl -> {
            List<TenantNetwork> all = networks.all(dsl);
            Set<Long> held = all.isEmpty() ? Set.of() : links.held(dsl);
            Map<AccountId, Set<NetworkUse>> wished =
                    all.stream().allMatch(one -> held.contains(one.number())) ? Map.of() : wishes.networks(dsl);
            return all.stream()
                    .filter(network -> network.state() != NetworkState.READY
                            || (!held.contains(network.number())
                                    && !wished.getOrDefault(network.account(), Set.of())
                                            .contains(network.use())))
                    .map(TenantNetwork::account)
                    .distinct()
                    .<Subject>map(Subject.Networks::new)
                    .toList();
        });
    }

    /**
     * Removes what the engine made, or brought back, after it was given up: its addresses would be lost to the pool. Looks at most
     * once a minute. A row is written before its network is made, so a listed one that has none then is nobody's.
     */
    void sweep() {
        Instant last = sweptAt;
        if (last != null && clock.instant().isBefore(last.plus(SWEEP))) {
            return;
        }
        sweptAt = clock.instant();
        try {
            Map<String, Matcher> there = new HashMap<>(); // before the rows, since what is made is written down before
            for (EngineNetwork network : engine.networks()) {
                Matcher name = NAME.matcher(network.name());
                if (name.matches()) {
                    there.put(network.name(), name);
                }
            }
            Set<AccountId> accounts = there.values().stream()
                    .map(name -> AccountId.parse(name.group(1)))
                    .collect(Collectors.toSet());
            Map<AccountId, TenantState> states = tenure.read(dsl -> tenants.states(dsl, accounts));
            Set<Long> numbers = tenure.read(networks::all).stream()
                    .map(TenantNetwork::number)
                    .collect(Collectors.toSet());
            there.forEach((network, name) -> {
                if (stray(states.get(AccountId.parse(name.group(1))), name.group(2), numbers)) {
                    remove(network);
                }
            });
        } catch (EngineException | IllegalArgumentException e) {
            LOG.atInfo().log("Networks that were given up are looked for again later: {}", e.getMessage());
        }
    }

    /** One that cannot be removed now keeps none of the others. */
    private void remove(String network) {
        try {
            engine.removeNetwork(network);
            LOG.atInfo().addKeyValue("network", network).log("A network that was given up is removed");
        } catch (EngineException.Refused | EngineException.Conflict | EngineException.Failed e) {
            LOG.atInfo()
                    .addKeyValue("network", network)
                    .log("A network that was given up is not removed: {}", e.getMessage());
        }
    }

    /** Whether it is of an account that is known here, and not written of. */
    private static boolean stray(@Nullable TenantState state, @Nullable String number, Set<Long> numbers) {
        return state != null
                && (number == null ? state == TenantState.REMOVED : !numbers.contains(Long.parseLong(number)));
    }

    /** What the operator should know. */
    List<String> findings() {
        return tenure.read(dsl -> networks.findings(dsl, clock.instant()));
    }

    /** Does what the state of each of the account's networks asks for. */
    Outcome drive(AccountId account) {
        Outcome outcome = new Outcome();
        List<TenantNetwork> all = tenure.write(tx -> settle(tx.dsl(), account, tx.now()));
        boolean made = false;
        for (TenantNetwork network : all) {
            switch (network.state()) {
                case MAKING -> made |= make(network, outcome);
                case READY -> {
                    // Somebody asks for it again when the engine has lost it.
                    if (engine.network(network.network()).isEmpty()) {
                        made |= make(network, outcome);
                    }
                }
                case REMOVING -> made |= remove(network, outcome);
            }
        }
        if (made) {
            outcome.then(new Subject.Account(account));
            outcome.thenAll(tenure.read(dsl -> links.starting(dsl, account)).stream()
                    .map(Subject.Run::new)
                    .toList());
        }
        return outcome;
    }

    /** Gives up the networks that nothing needs, and answers all that are still to be made, held or removed. */
    private List<TenantNetwork> settle(DSLContext dsl, AccountId account, Instant now) {
        Optional<Tenant> tenant = tenants.lock(dsl, account);
        if (tenant.isEmpty()) {
            return List.of();
        }
        boolean open = tenant.get().state() == TenantState.READY || tenant.get().state() == TenantState.PROVISIONING;
        var wished = wishes.networks(dsl, account);
        var held = links.held(dsl, account);
        int prefix = pool.prefixFor(tenant.get().limits().containers());
        List<TenantNetwork> rest = new ArrayList<>();
        for (TenantNetwork network : networks.of(dsl, account)) {
            boolean free = network.state() != NetworkState.REMOVING && !held.containsKey(network.number());
            if (free && (!open || !wished.contains(network.use()) || cramped(network, prefix))) {
                networks.become(dsl, network.number(), NetworkState.REMOVING, now);
            }
            networks.find(dsl, network.number()).ifPresent(rest::add);
        }
        return rest;
    }

    /** Whether it has fewer addresses than the account's plan asks for by now. */
    private static boolean cramped(TenantNetwork network, int prefix) {
        String subnet = network.subnet();
        return subnet != null && Cidr.parse(subnet).prefix() > prefix;
    }

    private boolean make(TenantNetwork network, Outcome outcome) {
        NetworkMaker.Made made = maker.make(
                network.network(), network.account(), network.use().internal(), new Addresses(this, network));
        switch (made) {
            case NetworkMaker.Made.There _ -> {
                return tenure.write(tx -> {
                    tenants.lock(tx.dsl(), network.account());
                    boolean waits = networks.find(tx.dsl(), network.number())
                            .filter(now -> now.state() == NetworkState.MAKING)
                            .isPresent();
                    if (waits) {
                        networks.become(tx.dsl(), network.number(), NetworkState.READY, tx.now());
                    }
                    return true;
                });
            }
            case NetworkMaker.Made.Full _ ->
                note(network, "the address pool %s has no room left for it".formatted(pool.pool()));
            case NetworkMaker.Made.Refused refused -> note(network, refused.why());
            case NetworkMaker.Made.Unclear _ -> {}
        }
        outcome.at(clock.instant().plus(AGAIN), new Subject.Networks(network.account()));
        return false;
    }

    private boolean remove(TenantNetwork network, Outcome outcome) {
        try {
            engine.removeNetwork(network.network());
        } catch (EngineException.Refused | EngineException.Conflict | EngineException.Failed e) {
            note(network, "the host does not remove it: " + e.getMessage());
            outcome.at(clock.instant().plus(AGAIN), new Subject.Networks(network.account()));
            return false;
        }
        return tenure.write(tx -> {
            tenants.lock(tx.dsl(), network.account());
            networks.gone(tx.dsl(), network.number());
            return true;
        });
    }

    /** The addresses of one network. */
    private record Addresses(NetworkDriver driver, TenantNetwork network) implements NetworkMaker.Addresses {
        @Override
        public @Nullable Cidr take(List<Cidr> onEngine) {
            return driver.take(network, onEngine);
        }

        @Override
        public void refuse(Cidr subnet, String reason) {
            driver.refuse(network, subnet, reason);
        }
    }

    private @Nullable Cidr take(TenantNetwork network, List<Cidr> onEngine) {
        return tenure.write(tx -> {
            Optional<Tenant> tenant = tenants.lock(tx.dsl(), network.account());
            Optional<TenantNetwork> now = networks.find(tx.dsl(), network.number());
            if (tenant.isEmpty() || now.isEmpty()) {
                return null;
            }
            String known = now.get().subnet();
            if (known != null) {
                return Cidr.parse(known);
            }
            List<Cidr> taken = tenants.takenBlocks(tx.dsl());
            if (!pool.ample(taken)) {
                return null;
            }
            Optional<Cidr> free =
                    maker.free(taken, onEngine, tenant.get().limits().containers());
            free.ifPresent(subnet -> networks.take(tx.dsl(), network.number(), pool.unitOf(subnet), subnet));
            return free.orElse(null);
        });
    }

    private void refuse(TenantNetwork network, Cidr subnet, String reason) {
        tenure.write(tx -> {
            tenants.lock(tx.dsl(), network.account());
            tenants.refuse(tx.dsl(), pool.unitOf(subnet), subnet, reason, tx.now());
            networks.release(tx.dsl(), network.number());
            return true;
        });
    }

    private void note(TenantNetwork network, String message) {
        if (message.equals(network.message())) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("account", network.account())
                .addKeyValue("network", network.network())
                .log("A network is not as it should be: {}", message);
        tenure.write(tx -> {
            networks.note(tx.dsl(), network.number(), message);
            return true;
        });
    }
}
