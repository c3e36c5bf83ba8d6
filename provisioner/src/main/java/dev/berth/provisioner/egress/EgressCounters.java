package dev.berth.provisioner.egress;

import dev.berth.provisioner.tenant.Cidr;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Counters of the bytes that leave the address pool, by the address that sent them, kept where packets pass. All methods are bounded in time
 * and throw nothing: what does not work is a finding.
 */
public interface EgressCounters {
    /**
     * What all counters stand at.
     *
     * @param epoch names these counters; others begin at zero, after the host did or somebody removed them
     * @param bytes by address; one that is missing stands at zero
     */
    record Counted(String epoch, Map<String, Long> bytes) {
        public Counted {
            bytes = Map.copyOf(bytes);
        }
    }

    /** Sees to it that packets are counted, at most once a minute; answers whether they are. */
    boolean ready();

    /** Whether packets of a network pass here: its bridge is among the interfaces of this process. */
    boolean passes(Cidr subnet);

    /** Reads all counters; empty when that cannot be now. */
    Optional<Counted> read();

    /** Has counters begin at zero; answers whether they do. */
    boolean reset(Collection<String> addresses);

    /** What the operator should know where packets are not counted. */
    Optional<String> finding();

    /** None, for an engine whose packets do not pass here. */
    static EgressCounters none(String why) {
        return new EgressCounters() {
            @Override
            public boolean ready() {
                return false;
            }

            @Override
            public boolean passes(Cidr subnet) {
                return false;
            }

            @Override
            public Optional<Counted> read() {
                return Optional.empty();
            }

            @Override
            public boolean reset(Collection<String> addresses) {
                return false;
            }

            @Override
            public Optional<String> finding() {
                return Optional.of(why);
            }
        };
    }
}
