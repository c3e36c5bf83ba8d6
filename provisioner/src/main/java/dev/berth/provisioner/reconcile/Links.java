package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.egress.EgressRepository;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.ContainerSpec;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.LinkRepository;
import dev.berth.provisioner.lifecycle.ReplicaName;
import dev.berth.provisioner.tenant.NetworkRepository;
import dev.berth.provisioner.tenant.NetworkState;
import dev.berth.provisioner.tenant.TenantNetwork;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.provisioner.tenant.TenantState;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.NetworkUse;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives containers the networks that they are wished in: all of them, before they are made. What a container was given it holds until
 * nothing of it is left, so a network does not go from under it. Thread-safe.
 */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final TenantRepository tenants;
    private final NetworkRepository networks;
    private final LinkRepository links;
    private final EgressRepository egress;
    private final Specs specs;

    /** Where those are to be that run, which does not change. */
    private final Map<ContainerId, List<Long>> ofRunning = new ConcurrentHashMap<>();

    Links(Tenure tenure, ContainerEngine engine, Rooms rooms, Specs specs) {
        this.specs = specs;
        this.tenure = tenure;
        this.engine = engine;
        this.tenants = rooms.tenants();
        this.networks = rooms.networks();
        this.links = rooms.links();
        this.egress = rooms.egress();
    }

    /** What came of it. */
    sealed interface Given {
        /** They are there: it is made in the first, and {@link Links#join joins} the others. */
        record Granted(ContainerSpec.Home home) implements Given {}

        /** Not now: try again. */
        record Wait(String why) implements Given {}
    }

    /** Under which names others find a container. */
    static List<String> aliases(Container container, WorkloadDesired wish) {
        return List.of(ReplicaName.shared(wish.name()), container.name());
    }

    /** Takes networks for a container; begins those that the account has not. */
    Given take(Container container, @Nullable List<NetworkUse> wished) {
        if (wished == null || wished.isEmpty()) {
            return new Given.Granted(ContainerSpec.Home.in(own(container)));
        }
        return tenure.write(tx -> take(tx.dsl(), container, wished, tx.now()));
    }

    private Given take(DSLContext dsl, Container container, List<NetworkUse> wished, Instant now) {
        boolean open = tenants.lock(dsl, container.account())
                .filter(tenant -> tenant.state() == TenantState.READY)
                .isPresent();
        if (!open) {
            return new Given.Wait("the account's place is not ready");
        }
        List<Long> numbers = new ArrayList<>();
        String why = null;
        Map<Long, Integer> held = links.held(dsl, container.account());
        List<Long> already = links.of(dsl, container.id());
        for (NetworkUse use : wished) {
            if (isOwn(use)) {
                numbers.add(TenantNetwork.OWN);
                continue;
            }
            Optional<TenantNetwork> found = one(dsl, container, use, now);
            if (found.isEmpty()) {
                return new Given.Wait(
                        "the account has %d networks, which is the most, with those that are still being left"
                                .formatted(TenantNetwork.MOST));
            }
            TenantNetwork network = found.get();
            if (network.state() == NetworkState.REMOVING) {
                return new Given.Wait("the network '%s' is being removed and is made anew then".formatted(use.name()));
            }
            boolean counted = already.contains(network.number());
            if (network.state() == NetworkState.READY
                    && held.getOrDefault(network.number(), 0) - (counted ? 1 : 0) >= network.room()) {
                return new Given.Wait(
                        "the network '%s' holds %d containers and has no room; it is made larger once none is in it"
                                .formatted(use.name(), network.room()));
            }
            if (network.state() == NetworkState.MAKING) {
                why = "the network '%s' is being made%s"
                        .formatted(use.name(), network.message() == null ? "" : ": " + network.message());
            }
            numbers.add(network.number());
        }
        links.put(dsl, container.id(), numbers);
        boolean sealed = wished.stream().allMatch(NetworkUse::internal);
        return why != null
                ? new Given.Wait(why)
                : new Given.Granted(
                        new ContainerSpec.Home(TenantNetwork.nameOf(container.account(), numbers.getFirst()), sealed));
    }

    /** Whether a container is in its account's own network only, and so has nothing to {@link #join}. */
    static boolean isOwn(@Nullable List<NetworkUse> wished) {
        return wished == null || wished.isEmpty();
    }

    /** The account's own network. */
    static String own(Container container) {
        return TenantNetwork.nameOf(container.account(), TenantNetwork.OWN);
    }

    private static boolean isOwn(NetworkUse use) {
        return use.name().equals(NetworkUse.OWN);
    }

    /** The network of a name, begun if need be; empty when the account has as many as it may. */
    private Optional<TenantNetwork> one(DSLContext dsl, Container container, NetworkUse use, Instant now) {
        List<TenantNetwork> all = networks.of(dsl, container.account());
        Optional<TenantNetwork> found =
                all.stream().filter(network -> network.use().equals(use)).findFirst();
        if (found.isPresent() || all.size() >= TenantNetwork.MOST) {
            return found;
        }
        networks.begin(dsl, container.account(), use, now);
        return networks.of(dsl, container.account()).stream()
                .filter(network -> network.use().equals(use))
                .findFirst();
    }

    /**
     * Puts a container that does not run yet into its networks but the first; answers false when nobody wishes for it any more.
     *
     * @throws EngineException as {@link ContainerEngine#connect}
     */
    boolean join(Container container) {
        List<String> others = tenure.read(dsl -> links.of(dsl, container.id())).stream()
                .skip(1)
                .map(number -> TenantNetwork.nameOf(container.account(), number))
                .toList();
        Optional<WorkloadDesired> wish = wishOf(container, others);
        Map<String, String> addresses = addresses(container, others);
        wish.ifPresent(spec -> others.forEach(network ->
                engine.connect(container.engineName(), network, aliases(container, spec), addresses.get(network))));
        return others.isEmpty() || wish.isPresent();
    }

    /** The names of all that it is to be in, the first first. */
    List<String> networks(Container container) {
        List<Long> numbers = tenure.read(dsl -> links.of(dsl, container.id()));
        return names(container, numbers);
    }

    private static List<String> names(Container container, List<Long> numbers) {
        List<Long> all = numbers.isEmpty() ? List.of(TenantNetwork.OWN) : numbers;
        return all.stream()
                .map(number -> TenantNetwork.nameOf(container.account(), number))
                .toList();
    }

    private Map<String, String> addresses(Container container, List<String> networks) {
        return networks.isEmpty() ? Map.of() : tenure.read(dsl -> egress.addresses(dsl, container.id()));
    }

    private Optional<WorkloadDesired> wishOf(Container container, List<String> others) {
        return others.isEmpty() ? Optional.empty() : tenure.read(dsl -> specs.of(dsl, container));
    }

    /** Forgets all but these. */
    void retain(Set<ContainerId> standing) {
        ofRunning.keySet().retainAll(standing);
    }

    /** Whether somebody took a container that runs out of a network. */
    boolean astray(Container container, Seen seen) {
        return container.state() == ContainerState.RUNNING
                && seen.running()
                && !missing(container, seen).isEmpty();
    }

    /** Puts a container that runs back into the networks that somebody took it out of. */
    void rejoin(Container container, Seen seen, Outcome outcome) {
        List<String> missing = missing(container, seen);
        Map<String, String> addresses = addresses(container, missing);
        wishOf(container, missing)
                .ifPresent(wish -> missing.forEach(network -> {
                    LOG.atWarn()
                            .addKeyValue("container", container.id())
                            .addKeyValue("network", network)
                            .log("A container was taken out of a network, and is put back");
                    try {
                        putBack(container, network, aliases(container, wish), addresses.get(network));
                    } catch (EngineException.Missing e) {
                        LOG.debug("the network is gone too, or the container is", e);
                        outcome.then(new Subject.Networks(container.account()));
                        outcome.then(new Subject.Account(container.account()));
                    }
                }));
    }

    /** Under its own address, unless the network was made anew with others. */
    private void putBack(Container container, String network, List<String> aliases, @Nullable String address) {
        try {
            engine.connect(container.engineName(), network, aliases, address);
        } catch (EngineException.Refused | EngineException.Failed e) {
            if (address == null) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("container", container.id())
                    .addKeyValue("network", network)
                    .log(
                            "It does not get its address back, and what it sends under another is not counted: {}",
                            e.getMessage());
            engine.connect(container.engineName(), network, aliases);
        }
    }

    /** The networks that it should be in and is not. */
    private List<String> missing(Container container, Seen seen) {
        List<Long> numbers = ofRunning.computeIfAbsent(container.id(), id -> tenure.read(dsl -> links.of(dsl, id)));
        return names(container, numbers).stream()
                .filter(network -> !seen.networks().contains(network))
                .toList();
    }
}
