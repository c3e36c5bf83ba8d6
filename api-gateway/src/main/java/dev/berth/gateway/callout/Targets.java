package dev.berth.gateway.callout;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks up where a URL leads, and checks every address that is there. Thread-safe. */
public final class Targets implements AutoCloseable {
    private static final Duration AT_MOST = Duration.ofSeconds(5);

    /** Looks a name up. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final AddressRules rules;

    // Not virtual threads: a lookup holds its carrier, and may take longer than anybody waits for it.
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("target-lookup-", 0).factory());

    Targets(Lookup lookup, AddressRules rules) {
        this.lookup = lookup;
        this.rules = rules;
    }

    /**
     * All addresses of a URL's host, each of which may be called.
     *
     * @throws Blocked if there is none, one of them may not be called, or the lookup takes too long
     */
    public List<InetAddress> resolve(TargetUrl url) throws Blocked {
        InetAddress[] found = find(url.host());
        for (InetAddress address : found) {
            Optional<String> refusal = rules.refusal(address, url.secure());
            if (refusal.isPresent()) {
                throw new Blocked("leads to %s (%s)".formatted(refusal.get(), address.getHostAddress()));
            }
        }
        return List.copyOf(Arrays.asList(found));
    }

    private InetAddress[] find(String host) throws Blocked {
        Future<InetAddress[]> asked = threads.submit(() -> lookup.all(host));
        try {
            InetAddress[] found = asked.get(AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
            if (found.length == 0) {
                throw new Blocked("has no address");
            }
            return found;
        } catch (ExecutionException e) {
            Blocked blocked = new Blocked("has no address: the name '%s' is not known".formatted(host));
            blocked.initCause(e);
            throw blocked;
        } catch (TimeoutException e) {
            asked.cancel(true);
            Blocked blocked = new Blocked("has a name that could not be looked up within 5 s");
            blocked.initCause(e);
            throw blocked;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Blocked blocked = new Blocked("was not looked up: Berth is stopping");
            blocked.initCause(e);
            throw blocked;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
