package dev.berth.provisioner.egress;

import dev.berth.provisioner.engine.EngineProperties;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.provisioner.tenant.TenantProperties;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Counters in the host's nftables: a table of our own beside the engine's rules, with one rule and one set whose elements count. A packet
 * costs one look-up in a hash. The rule stands behind all filters of what is forwarded, so that what they drop is not counted; what stays on
 * a bridge, or ends at the host itself, does not leave the pool.
 *
 * <p>It counts where this process is root and the engine's bridges are; elsewhere it says so. The comment of the rule names the epoch of
 * the counters. Thread-safe.
 *
 * @see <a href="https://wiki.nftables.org/wiki-nftables/index.php/Updating_sets_from_the_packet_path">Updating sets from the packet path</a>
 */
@Component
public final class NftCounters implements EgressCounters {
    private static final String SET = "sent";

    /** Behind the filters of others, which are at 0. */
    private static final int PRIORITY = 300;

    private static final int MOST_ADDRESSES = 1 << 17;
    private static final Duration HELD = Duration.ofMinutes(1);
    private static final long PATIENCE_SECONDS = 10;

    private final boolean local;
    private final String table;
    private final String pool;
    private long heldNanos;
    private boolean tried;
    private @Nullable String problem;

    @Autowired
    NftCounters(EngineProperties engine, TenantProperties tenants) {
        this(engine.dockerHost().startsWith("unix:"), engine.installation(), tenants.addressPool());
    }

    /**
     * Counters of a pool.
     *
     * @param local whether the engine is on this host
     * @param installation whose table it is
     */
    public NftCounters(boolean local, String installation, String pool) {
        this.local = local;
        this.table = "berth_%s_%08x"
                .formatted(installation.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_"), installation.hashCode());
        this.pool = pool;
    }

    @Override
    public synchronized boolean ready() {
        long now = System.nanoTime();
        if (!tried || now - heldNanos > HELD.toNanos()) {
            read();
        }
        return problem == null;
    }

    @Override
    public boolean passes(Cidr subnet) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(one -> one.getInterfaceAddresses().stream())
                    .map(InterfaceAddress::getAddress)
                    .filter(Inet4Address.class::isInstance)
                    .anyMatch(ip -> subnet.overlaps(
                            new Cidr(ByteBuffer.wrap(ip.getAddress()).getInt(), 32)));
        } catch (SocketException e) {
            return false;
        }
    }

    @Override
    public synchronized Optional<Counted> read() {
        tried = true;
        heldNanos = System.nanoTime();
        if (!local) {
            problem = "the engine is on another host";
            return Optional.empty();
        }
        Said listed = nft("", "--json", "list", "table", "ip", table);
        Optional<Counted> counted = listed.failed()
                ? Optional.empty()
                : NftAnswer.read(listed.out(), SET).filter(this::ofPool);
        if (counted.isPresent() || (listed.failed() && listed.code() != 1)) {
            problem = counted.isPresent() ? null : listed.why();
            return counted;
        }
        Said made = nft(rules("%s %s".formatted(UUID.randomUUID(), pool)), "-f", "-");
        problem = made.failed() ? made.why() : null;
        return made.failed()
                ? Optional.empty()
                : NftAnswer.read(nft("", "--json", "list", "table", "ip", table).out(), SET);
    }

    /** Counters of another pool are of no use: the setting was changed. */
    private boolean ofPool(Counted counted) {
        return counted.epoch().endsWith(" " + pool);
    }

    /** The whole table anew, in one transaction of the kernel. */
    private String rules(String epoch) {
        return """
                add table ip %1$s
                delete table ip %1$s
                table ip %1$s {
                    set %2$s {
                        type ipv4_addr
                        size %3$d
                        flags dynamic
                    }
                    chain leaving {
                        type filter hook forward priority %4$d; policy accept;
                        ip saddr %5$s ip daddr != %5$s update @%2$s { ip saddr counter } comment "%6$s"
                    }
                }
                """.formatted(table, SET, MOST_ADDRESSES, PRIORITY, pool, epoch);
    }

    @Override
    public synchronized boolean reset(Collection<String> addresses) {
        if (addresses.isEmpty()) {
            return true;
        }
        String elements = "element ip %s %s { %s }".formatted(table, SET, String.join(", ", addresses));
        // Added first, since what is not there cannot be deleted; both are one transaction of the kernel.
        Said said = nft("add %1$s%ndelete %1$s%n".formatted(elements), "-f", "-");
        if (said.failed()) {
            problem = said.why();
        }
        return !said.failed();
    }

    /** Takes the table away; for tests, and for who lets a host go. */
    public void remove() {
        nft("add table ip %1$s%ndelete table ip %1$s%n".formatted(table), "-f", "-");
    }

    @Override
    public synchronized Optional<String> finding() {
        return Optional.ofNullable(problem)
                .map(
                        why ->
                                "what containers send out of the address pool is not counted, and so not billed (%s): the provisioner counts"
                                                .formatted(why)
                                        + " it where it is root on the engine's own host and the package nftables is installed");
    }

    private record Said(int code, String out, String error) {
        boolean failed() {
            return code != 0;
        }

        String why() {
            String text = error.replaceAll("\\p{Cntrl}+", " ").strip();
            return text.isEmpty() ? "nft ended with exit code %d".formatted(code) : text;
        }
    }

    private static Said nft(String input, String... arguments) {
        Path usual = Path.of("/usr/sbin/nft");
        List<String> command = new ArrayList<>(List.of(Files.exists(usual) ? usual.toString() : "nft"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).start();
            CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            CompletableFuture<String> error = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Said(-1, "", "nft did not answer within %d s".formatted(PATIENCE_SECONDS));
            }
            return new Said(process.exitValue(), out.join(), error.join());
        } catch (IOException e) {
            return new Said(-1, "", Files.exists(usual) ? String.valueOf(e.getMessage()) : "there is no nft");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Said(-1, "", "interrupted");
        }
    }

    private static String text(java.io.InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
