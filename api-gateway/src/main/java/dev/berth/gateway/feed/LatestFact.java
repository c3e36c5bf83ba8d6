package dev.berth.gateway.feed;

import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of a container from its facts so far. Generation, replica and image are 0 and empty until a fact told them. */
record LatestFact(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        long generation,
        int replica,
        Sighting.State state,
        String image,
        @Nullable Instant startedAt,
        @Nullable Integer exitCode,
        @Nullable String reason,
        @Nullable String message,
        int cpuMillis,
        int memoryMib,
        long sequence,
        Instant changedAt) {

    static LatestFact of(ContainerStarted fact) {
        return new LatestFact(
                fact.container(),
                fact.account(),
                fact.workload(),
                fact.generation(),
                fact.replica(),
                Sighting.State.RUNNING,
                fact.image(),
                fact.startedAt(),
                null,
                null,
                null,
                fact.cpuMillis().value(),
                fact.memoryMib().value(),
                fact.sequence(),
                fact.startedAt());
    }

    static LatestFact of(ContainerStopped fact) {
        return new LatestFact(
                fact.container(),
                fact.account(),
                fact.workload(),
                0,
                0,
                Sighting.State.STOPPED,
                "",
                fact.startedAt(),
                fact.exitCode(),
                fact.oomKilled() ? "oom_killed" : fact.reason().text(),
                null,
                fact.cpuMillis().value(),
                fact.memoryMib().value(),
                fact.sequence(),
                fact.finishedAt());
    }

    static LatestFact of(LaunchFailed fact) {
        return new LatestFact(
                fact.container(),
                fact.account(),
                fact.workload(),
                fact.generation(),
                fact.replica(),
                Sighting.State.FAILED,
                "",
                null,
                null,
                fact.code(),
                fact.message(),
                0,
                0,
                fact.sequence(),
                fact.failedAt());
    }

    /**
     * What both say: of the newer fact all, but a stop knows neither generation nor replica nor image, so of those the greater, in whichever
     * order the two come.
     */
    LatestFact merge(LatestFact other) {
        LatestFact newer = sequence < other.sequence ? other : this;
        return new LatestFact(
                container,
                account,
                workload,
                Math.max(generation, other.generation),
                Math.max(replica, other.replica),
                newer.state,
                image.compareTo(other.image) < 0 ? other.image : image,
                newer.startedAt,
                newer.exitCode,
                newer.reason,
                newer.message,
                newer.cpuMillis,
                newer.memoryMib,
                newer.sequence,
                newer.changedAt);
    }
}
