package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.EngineNetwork;
import dev.berth.provisioner.engine.NetworkSpec;
import dev.berth.provisioner.tenant.AddressPool;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.schema.id.AccountId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes bridge networks from the address pool, each once: addresses are written down before the engine is asked, and what an earlier
 * activation made is found again under its name. Thread-safe, for different names.
 */
final class NetworkMaker {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkMaker.class);
    private static final int MOST_BLOCKS = 32;

    /** Keeps the addresses of a network. */
    interface Addresses {
        /**
         * Those that it has, or takes now; null when none are to be had.
         *
         * @param onEngine what any network of the engine has
         */
        @Nullable
        Cidr take(List<Cidr> onEngine);

        /** Gives addresses back that the engine refused, never to be taken again. */
        void refuse(Cidr subnet, String reason);
    }

    /** What came of it. */
    sealed interface Made {
        /** It is there. */
        record There(EngineNetwork network) implements Made {}

        /** No addresses are to be had for it. */
        record Full() implements Made {}

        /** The host does not make it. */
        record Refused(String why) implements Made {}

        /** Not yet; the next activation goes on. */
        record Unclear() implements Made {}
    }

    private final ContainerEngine engine;
    private final AddressPool pool;
    private final int start;

    NetworkMaker(ContainerEngine engine, AddressPool pool, int start) {
        this.engine = engine;
        this.pool = pool;
        this.start = start;
    }

    /** Makes one unless it is there. */
    Made make(String name, AccountId account, boolean internal, Addresses addresses) {
        for (int i = 0; i < MOST_BLOCKS; i++) {
            Optional<EngineNetwork> network = engine.network(name);
            if (network.isPresent()) {
                return new Made.There(network.get());
            }
            Cidr subnet = addresses.take(onEngine());
            if (subnet == null) {
                return new Made.Full();
            }
            try {
                engine.createNetwork(new NetworkSpec(name, account, subnet.toString(), internal));
            } catch (EngineException.Conflict e) {
                LOG.debug("the network was made by an earlier activation", e);
            } catch (EngineException.Refused | EngineException.Failed e) {
                if (!overlaps(e)) {
                    return new Made.Refused("the host refused the network: " + e.getMessage());
                }
                LOG.atWarn()
                        .addKeyValue("subnet", subnet)
                        .log(
                                "A part of the address pool is in use by something else; the next one is taken: {}",
                                e.getMessage());
                addresses.refuse(subnet, String.valueOf(e.getMessage()));
            }
        }
        return new Made.Unclear();
    }

    /** Addresses for so many containers that nobody has; empty when none are left. */
    Optional<Cidr> free(List<Cidr> taken, List<Cidr> onEngine, int containers) {
        List<Cidr> all = new ArrayList<>(taken);
        all.addAll(onEngine);
        int prefix = pool.prefixFor(containers);
        return pool.firstFree(all, prefix, start).stream()
                .mapToObj(unit -> pool.block(unit, prefix))
                .findFirst();
    }

    private List<Cidr> onEngine() {
        return engine.networks().stream()
                .flatMap(network -> network.subnets().stream())
                .flatMap(subnet -> Cidr.ofEngine(subnet).stream())
                .toList();
    }

    private static boolean overlaps(EngineException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("overlap")
                || message.contains("conflicts with network")
                || message.contains("already used on the host");
    }
}
