package dev.berth.metering.interval;

import dev.berth.schema.Cause;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.container.Alive;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeKept;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.Envelope;
import dev.berth.schema.wire.Received;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Utils;

/** Events of one account as a consumer would receive them; each call adds one. */
public final class Story {
    public static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");

    public final AccountId account = AccountId.next();
    public final WorkloadId workload = WorkloadId.next();
    public final String host;
    private final List<Received> events = new ArrayList<>();
    private long offset;

    public Story() {
        this("one");
    }

    public Story(String host) {
        this.host = host;
    }

    /** {@code s} seconds after T0. */
    public static Instant at(long s) {
        return T0.plusSeconds(s);
    }

    /** Where Kafka puts it. */
    public static int partitionOf(ContainerId container) {
        byte[] key = container.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % Topic.PARTITIONS;
    }

    public Story started(ContainerId container, long sequence, Instant at, int cpu, int mib) {
        return add(
                partitionOf(container),
                new ContainerStarted(
                        container,
                        account,
                        workload,
                        1,
                        0,
                        "engine-" + container,
                        host,
                        "image",
                        new CpuMillis(cpu),
                        new MemoryMib(mib),
                        at,
                        sequence));
    }

    public Story resized(ContainerId container, long sequence, Instant at, int cpu, int mib) {
        return add(
                partitionOf(container),
                new ContainerResized(
                        container, account, workload, new CpuMillis(cpu), new MemoryMib(mib), at, sequence));
    }

    public Story stopped(ContainerId container, long sequence, Instant startedAt, Instant at, int cpu, int mib) {
        return add(
                partitionOf(container),
                new ContainerStopped(
                        container,
                        account,
                        workload,
                        "engine-" + container,
                        host,
                        startedAt,
                        at,
                        0,
                        false,
                        StopReason.EXITED,
                        new CpuMillis(cpu),
                        new MemoryMib(mib),
                        sequence,
                        null));
    }

    /** A stop whose end is only when the engine came back. */
    public Story stoppedUnproven(
            ContainerId container, long sequence, Instant startedAt, Instant at, Instant provenUntil) {
        return add(
                partitionOf(container),
                new ContainerStopped(
                        container,
                        account,
                        workload,
                        "engine-" + container,
                        host,
                        startedAt,
                        at,
                        255,
                        false,
                        StopReason.PLATFORM,
                        new CpuMillis(500),
                        new MemoryMib(256),
                        sequence,
                        provenUntil));
    }

    /** A volume is there at a size, with snapshots; its first fact has both times equal. */
    public Story kept(VolumeId volume, long sequence, Instant createdAt, Instant changedAt, int gib) {
        return add(
                Topic.partitionOf(volume.toString()),
                new VolumeReady(
                        volume, account, sequence, host, "btrfs", true, gib, List.of(), 0, 0, createdAt, changedAt,
                        sequence));
    }

    public Story destroyed(VolumeId volume, long sequence, Instant createdAt, Instant at, int gib) {
        return add(
                Topic.partitionOf(volume.toString()),
                new VolumeDestroyed(volume, account, host, "btrfs", gib, createdAt, at, sequence));
    }

    /** On all partitions, listing volumes. */
    public Story volumes(Instant at, VolumeKept... kept) {
        for (int i = 0; i < Topic.PARTITIONS; i++) {
            int partition = i;
            List<VolumeKept> here = java.util.Arrays.stream(kept)
                    .filter(one -> Topic.partitionOf(one.volume().toString()) == partition)
                    .toList();
            add(partition, new Inventory(host, partition, at, List.of(), false, here));
        }
        return this;
    }

    /** A reading of its meter of egress. */
    public Story sent(ContainerId container, Instant at, long egressBytes) {
        return add(partitionOf(container), new EgressMeasured(container, account, workload, egressBytes, at));
    }

    public Story failed(ContainerId container, long sequence, Instant at) {
        return add(
                partitionOf(container),
                new LaunchFailed(
                        container,
                        account,
                        workload,
                        1,
                        0,
                        host,
                        "image_not_found",
                        "there is no such image",
                        at,
                        sequence));
    }

    /** On one partition, listing those of these containers that belong to it. */
    public Story inventory(int partition, Instant at, Alive... alive) {
        return inventory(partition, at, false, List.of(alive));
    }

    public Story inventory(int partition, Instant at, boolean retired, List<Alive> alive) {
        List<Alive> here = alive.stream()
                .filter(listed -> partitionOf(listed.container()) == partition)
                .toList();
        return add(partition, new Inventory(host, partition, at, here, retired));
    }

    /** On all partitions. */
    public Story inventories(Instant at, Alive... alive) {
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            inventory(partition, at, alive);
        }
        return this;
    }

    public Story add(int partition, ContainerEvent event) {
        events.add(new Received(
                new Envelope(EventId.next(), Service.PROVISIONER, event, Cause.platform(event.occurredAt())),
                Topic.CONTAINER,
                partition,
                offset++));
        return this;
    }

    /** Everything so far, in order. */
    public List<Received> told() {
        return List.copyOf(events);
    }

    /** Everything so far, in order; and a new page begins. */
    public List<Received> tell() {
        List<Received> told = List.copyOf(events);
        events.clear();
        return told;
    }
}
