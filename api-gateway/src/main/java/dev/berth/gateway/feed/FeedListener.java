package dev.berth.gateway.feed;

import dev.berth.gateway.workload.JobCount;
import dev.berth.gateway.workload.Reasons;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.Cause;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.tenant.TenantReady;
import dev.berth.schema.tenant.TenantRemoved;
import dev.berth.schema.wire.Envelope;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Received;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadEvent;
import dev.berth.schema.workload.WorkloadRemoved;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/**
 * Takes the events of all topics. Rows are locked in one order (containers, workloads, what jobs hold, last the feed's
 * positions), so that the replicas that share the partitions do not wait for each other in a circle.
 */
@Component
class FeedListener implements Inbox.Handler {
    private static final String PLATFORM = "berth";
    private static final Comparator<WorkloadId> ORDER = Comparator.comparing(WorkloadId::uuid);

    private final FeedRepository feed;
    private final Mirror mirror;
    private final VolumeMirror volumes;
    private final Workloads workloads;
    private final Reasons reasons;
    private final InstantSource clock;

    FeedListener(
            FeedRepository feed,
            Mirror mirror,
            VolumeMirror volumes,
            Workloads workloads,
            Reasons reasons,
            InstantSource clock) {
        this.feed = feed;
        this.mirror = mirror;
        this.volumes = volumes;
        this.workloads = workloads;
        this.reasons = reasons;
        this.clock = clock;
    }

    @Override
    public void apply(DSLContext transaction, List<Received> events) {
        List<ContainerEvent> containers = new ArrayList<>();
        List<WorkloadEvent> wishes = new ArrayList<>();
        List<RolloutObserved> rollouts = new ArrayList<>();
        List<FeedRepository.Draft> entries = new ArrayList<>();
        SortedMap<WorkloadId, AccountId> touched = new TreeMap<>(ORDER);
        Map<WorkloadId, Cause> causes = new HashMap<>();
        Map<String, String> why = why(transaction, events);
        for (Received received : events) {
            Envelope envelope = received.envelope();
            switch (envelope.event()) {
                case ContainerEvent fact -> {
                    containers.add(fact);
                    if (fact instanceof ContainerStopped stop) {
                        touched.put(stop.workload(), stop.account());
                        causes.put(stop.workload(), envelope.cause());
                    } else if (fact instanceof LaunchFailed failed && LaunchFailed.isFinal(failed.code())) {
                        touched.put(failed.workload(), failed.account());
                        causes.put(failed.workload(), envelope.cause());
                    }
                }
                case WorkloadEvent wish -> {
                    wishes.add(wish);
                    WorkloadId id = workload(wish);
                    touched.put(id, Objects.requireNonNull(wish.account()));
                    causes.putIfAbsent(id, envelope.cause());
                }
                case RolloutObserved fact -> rollouts.add(fact);
                case TenantReady ready -> feed.tenant(transaction, ready.account(), "ready", ready.occurredAt());
                case TenantRemoved gone -> feed.tenant(transaction, gone.account(), "removed", gone.occurredAt());
                default -> {} // nothing of it is mirrored; it only makes an entry
            }
            FeedRules.entry(envelope.event())
                    .ifPresent(entry -> entries.add(new FeedRepository.Draft(
                            envelope, entry, why.get(envelope.cause().operation()))));
        }
        Instant now = clock.instant();
        mirror.containers(transaction, containers);
        volumes.take(transaction, containers);
        mirror.lock(transaction, touched, now);
        mirror.wishes(transaction, wishes);
        mirror.rollouts(transaction, rollouts);
        finishJobs(transaction, causes);
        feed.append(transaction, entries, now);
    }

    /** Why the platform did by itself what it did, by the operation. */
    private Map<String, String> why(DSLContext transaction, List<Received> events) {
        return reasons.of(
                transaction,
                events.stream()
                        .map(received -> received.envelope().cause())
                        .filter(cause -> cause.actor().equals(PLATFORM))
                        .map(Cause::operation)
                        .collect(Collectors.toSet()));
    }

    private static WorkloadId workload(WorkloadEvent event) {
        return switch (event) {
            case WorkloadDesired wish -> wish.workload();
            case WorkloadRemoved removed -> removed.workload();
        };
    }

    /** A job may be over when a container of it has stopped, or when its wish was read later than that. */
    private void finishJobs(DSLContext transaction, Map<WorkloadId, Cause> causes) {
        if (causes.isEmpty()) {
            return;
        }
        List<Mirror.Counted> jobs = mirror.counted(transaction, causes.keySet());
        workloads.jobsCounted(
                transaction,
                jobs.stream()
                        .map(Mirror.Counted::job)
                        .map(job -> new JobCount(
                                job.workload(),
                                job.generation(),
                                job.counted().completions(),
                                job.counted().succeeded(),
                                job.counted().failed()))
                        .toList());
        List<Workloads.Finished> finished = jobs.stream()
                .filter(Mirror.Counted::over)
                .map(Mirror.Counted::job)
                .map(job -> new Workloads.Finished(
                        job.workload(),
                        job.generation(),
                        job.counted().failed() == 0,
                        job.counted().failure(),
                        Objects.requireNonNull(causes.get(job.workload()))))
                .toList();
        if (!finished.isEmpty()) {
            workloads.jobsFinished(transaction, finished);
        }
    }
}
