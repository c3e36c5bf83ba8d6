package dev.berth.provisioner.stream;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.LogLine;
import dev.berth.provisioner.engine.LogQuery;
import dev.berth.provisioner.engine.LogTail;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.KeptLogRepository;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads output from the engine while the container is there, and from what was kept afterwards. Thread-safe. */
@Component
class LogSource {
    private static final long MOST_CHARS = 4L << 20;
    private static final int MOST_CONTAINERS = 20;

    private final DSLContext dsl;
    private final ContainerRepository containers;
    private final KeptLogRepository kept;
    private final ContainerEngine engine;

    LogSource(DSLContext dsl, ContainerRepository containers, KeptLogRepository kept, ContainerEngine engine) {
        this.dsl = dsl;
        this.containers = containers;
        this.kept = kept;
        this.engine = engine;
    }

    /** A container by its id. */
    Optional<Container> container(ContainerId id) {
        return containers.find(dsl, id);
    }

    /** A container by its id, as a caller sees it. */
    Optional<Container> container(Identity caller, String id) {
        return containers.find(dsl, caller, id);
    }

    /** The latest containers of a workload, oldest first. */
    List<Container> ofWorkload(WorkloadId workload) {
        List<Container> found =
                new ArrayList<>(containers.page(dsl, null, workload, null, false, null, MOST_CONTAINERS));
        Collections.reverse(found);
        return found;
    }

    /** What there is now of these containers that the request shows, merged by time, each line once. */
    List<OutputLine> read(List<Container> from, boolean named, LogRequest request) {
        Integer tail = request.tail();
        int most = tail == null ? Integer.MAX_VALUE : tail;
        List<OutputLine> lines = new ArrayList<>();
        for (Container container : from) {
            LogTail end = new LogTail(MOST_CHARS / Math.max(1, from.size()), most);
            now(container, request, end);
            end.lines().forEach(line -> lines.add(OutputLine.of(named ? container.name() : "", line)));
        }
        if (from.size() > 1) {
            lines.sort(Comparator.comparing(OutputLine::time));
        }
        return lines.size() > most ? lines.subList(lines.size() - most, lines.size()) : lines;
    }

    /** What was kept is whole, and is there before the engine begins to remove the container; so it comes first. */
    private void now(Container container, LogRequest request, Consumer<LogLine> sink) {
        if (kept(container, request.since(), request.only(sink))
                || container.life().startedAt() == null) {
            return;
        }
        if (container.removedAt() == null) {
            List<LogLine> read = new ArrayList<>();
            Integer tail = request.search() == null ? request.tail() : null;
            try {
                engine.logs(
                        container.engineName(), new LogQuery(tail, request.since(), false), request.only(read::add));
            } catch (EngineException e) {
                if (!kept(container, request.since(), request.only(sink)) && !(e instanceof EngineException.Missing)) {
                    throw e;
                }
                return;
            }
            read.forEach(sink);
        }
    }

    /** Answers whether anything was kept. */
    private boolean kept(Container container, @Nullable Instant since, Consumer<LogLine> sink) {
        Optional<KeptLogRepository.Kept> output = kept.find(dsl, container.id());
        output.ifPresent(found -> found.lines().stream()
                .filter(line -> since == null || !line.time().isBefore(since))
                .forEach(sink));
        return output.isPresent();
    }

    /** Follows a container until it ends or the thread is interrupted, from the end of what {@link #read} gave. */
    void follow(Container container, @Nullable Instant after, Consumer<LogLine> sink) {
        AtomicReference<@Nullable Instant> last = new AtomicReference<>(after);
        try {
            engine.logs(container.engineName(), new LogQuery(null, after, true), line -> {
                if (after == null || line.time().isAfter(after)) {
                    last.set(line.time());
                    sink.accept(line);
                }
            });
        } catch (EngineException e) {
            Instant seen = last.get();
            if (!kept(container, seen == null ? null : seen.plusNanos(1), sink)
                    && !(e instanceof EngineException.Missing)) {
                throw e;
            }
        }
    }
}
