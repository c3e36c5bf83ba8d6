package dev.berth.provisioner.stream;

import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.schema.id.ContainerId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the output of containers, and of those that come later, until all have ended, the reader is gone, or the time is over.
 * One virtual thread reads each container; the caller's thread writes.
 */
final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final int MOST_LINES = 2_000;
    private static final Duration NEW_CONTAINERS = Duration.ofSeconds(2);

    private final LogSource source;
    private final Supplier<List<Container>> containers;
    private final boolean named;
    private final Duration atMost;
    private final StreamWriter writer;
    private final StreamGate.Pass pass;
    private final LogBuffer buffer = new LogBuffer(MOST_LINES);
    private final Set<ContainerId> followed = new HashSet<>();
    private final List<Thread> readers = new ArrayList<>();
    private boolean leftOut;

    Follower(
            LogSource source,
            Supplier<List<Container>> containers,
            boolean named,
            Duration atMost,
            StreamWriter writer,
            StreamGate.Pass pass) {
        this.source = source;
        this.containers = containers;
        this.named = named;
        this.atMost = atMost;
        this.writer = writer;
        this.pass = pass;
    }

    /**
     * Follows from after the lines that are known already.
     *
     * @param read the containers whose lines these are, as they were before
     */
    void run(List<Container> read, List<OutputLine> known, LogRequest asked) throws IOException, InterruptedException {
        read.stream().filter(container -> container.state().over()).forEach(container -> followed.add(container.id()));
        Instant after = known.isEmpty() ? asked.since() : known.getLast().time();
        long begun = System.nanoTime();
        long looked = begun;
        long beaten = begun;
        boolean more = join(after, asked);
        try {
            while (System.nanoTime() - begun < atMost.toNanos() && (more || !buffer.done())) {
                OutputLine line = buffer.take(LogBuffer.TICK, more);
                long now = System.nanoTime();
                if (line != null) {
                    writer.write(line);
                    if (buffer.idle()) {
                        writer.flush();
                    }
                    beaten = now;
                } else if (now - beaten > writer.silence().toNanos()) {
                    writer.alive();
                    beaten = now;
                }
                if (now - looked > NEW_CONTAINERS.toNanos()) {
                    more = join(after, asked);
                    looked = now;
                }
            }
        } finally {
            readers.forEach(Thread::interrupt);
        }
    }

    /** Begins to follow containers that are new; answers whether any is not over, or has a successor to come. */
    private boolean join(@Nullable Instant after, LogRequest asked) {
        boolean live = false;
        for (Container container : containers.get()) {
            live |= !container.state().over() || container.note().nextStartAt() != null;
            if (container.life().startedAt() != null && !followed.contains(container.id())) {
                if (!pass.follow()) {
                    leaveOut(container);
                    continue;
                }
                followed.add(container.id());
                buffer.open();
                readers.add(
                        Thread.ofVirtual().name("logs-" + container.id()).start(() -> read(container, after, asked)));
            }
        }
        return live;
    }

    /** Said once; it is followed as soon as another ends. */
    private void leaveOut(Container container) {
        if (!leftOut) {
            leftOut = true;
            Instant at = Objects.requireNonNull(container.life().startedAt());
            buffer.put(OutputLine.note(
                    at, "… too many containers are followed; some are left out until others are no longer followed"));
        }
    }

    private void read(Container container, @Nullable Instant after, LogRequest asked) {
        try {
            source.follow(
                    container,
                    after,
                    asked.only(line -> buffer.put(OutputLine.of(named ? container.name() : "", line))));
        } catch (EngineException e) {
            LOG.atDebug().addKeyValue("container", container.id()).log("A followed output broke: {}", e.getMessage());
        } finally {
            pass.unfollow();
            buffer.close();
        }
    }
}
