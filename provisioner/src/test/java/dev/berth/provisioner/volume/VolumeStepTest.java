package dev.berth.provisioner.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.volume.VolumeDesired;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class VolumeStepTest {
    private static final Instant AT = Instant.parse("2026-11-27T08:00:00Z");
    private static final VolumeId ID = VolumeId.next();
    private static final AccountId ACCOUNT = AccountId.next();
    private static final List<SnapshotId> SNAPSHOTS =
            Stream.generate(SnapshotId::next).limit(5).toList();

    private static Volume there(VolumeDesired wish, int gib, Set<Integer> snapshots, long restores) {
        return new Volume(
                ID,
                ACCOUNT,
                7,
                wish,
                Wishes.cause(AT),
                VolumeState.READY,
                "host-1",
                "memory",
                6,
                gib,
                taken(snapshots),
                restores,
                3,
                null,
                null,
                0,
                null,
                AT,
                AT);
    }

    private static List<SnapshotTaken> taken(Set<Integer> snapshots) {
        return snapshots.stream()
                .map(i -> new SnapshotTaken(SNAPSHOTS.get(i), AT, 1))
                .toList();
    }

    private static VolumeDesired wish(int gib, Set<Integer> snapshots, long restores) {
        return new VolumeDesired(
                ID,
                ACCOUNT,
                "data",
                7,
                gib,
                null,
                null,
                snapshots.stream().map(SNAPSHOTS::get).toList(),
                restores,
                restores == 0 ? null : SNAPSHOTS.getFirst(),
                null,
                AT);
    }

    /** Whatever is there and whatever is wished: a few steps lead to it, and then there is nothing to do. */
    @Property
    void comesToWhatIsWished(
            @ForAll @IntRange(min = 1, max = 4) int has,
            @ForAll @IntRange(min = 0, max = 4) int more,
            @ForAll @Size(max = 5) Set<@IntRange(max = 4) Integer> hasSnapshots,
            @ForAll @Size(max = 5) Set<@IntRange(max = 4) Integer> wished,
            @ForAll @IntRange(min = 0, max = 2) int restores) {
        VolumeDesired wish = wish(has + more, wished, restores);
        Volume volume = there(wish, has, hasSnapshots, 0);
        List<VolumeStep> steps = new ArrayList<>();
        while (!(VolumeStep.next(volume, true, false) instanceof VolumeStep.Nothing)) {
            VolumeStep step = VolumeStep.next(volume, true, false);
            steps.add(step);
            assertThat(steps.size()).isLessThan(16);
            volume = after(volume, step);
        }
        assertThat(volume.sizeGib()).isEqualTo(has + more);
        assertThat(volume.restores()).isEqualTo(restores);
        assertThat(volume.madeGeneration()).isEqualTo(7);
        assertThat(volume.snapshots().stream().map(SnapshotTaken::snapshot))
                .containsExactlyInAnyOrderElementsOf(wish.snapshots());
        assertThat(steps).doesNotHaveDuplicates();
    }

    private static Volume after(Volume volume, VolumeStep step) {
        List<SnapshotTaken> snapshots = new ArrayList<>(volume.snapshots());
        return switch (step) {
            case VolumeStep.Grow(int gib) -> volume.with(gib, snapshots, volume.restores());
            case VolumeStep.Restore(SnapshotId _, long restores) -> volume.with(volume.sizeGib(), snapshots, restores);
            case VolumeStep.Take(SnapshotId snapshot) -> {
                snapshots.add(new SnapshotTaken(snapshot, AT, volume.sizeGib()));
                yield volume.with(volume.sizeGib(), snapshots, volume.restores());
            }
            case VolumeStep.Drop(SnapshotId snapshot) -> {
                snapshots.removeIf(taken -> taken.snapshot().equals(snapshot));
                yield volume.with(volume.sizeGib(), snapshots, volume.restores());
            }
            case VolumeStep.Settle _ -> volume.made();
            default -> throw new AssertionError("not expected here: " + step);
        };
    }

    /** Of what a container uses nothing is taken away or put back, and what is gone is made by nobody. */
    @Property
    void neverTouchesWhatIsUsedAndNeverMakesAgainWhatIsGone(
            @ForAll @IntRange(min = 1, max = 4) int has,
            @ForAll @Size(max = 5) Set<@IntRange(max = 4) Integer> snapshots,
            @ForAll @IntRange(min = 0, max = 2) int restores,
            @ForAll boolean removed,
            @ForAll boolean there) {
        VolumeDesired wish = removed ? null : wish(has, snapshots, restores);
        Volume volume = there(wish, has, snapshots, 0);
        assertThat(VolumeStep.next(volume, there, true))
                .isNotInstanceOfAny(VolumeStep.Destroy.class, VolumeStep.Restore.class, VolumeStep.Create.class);
        Volume lost = volume.in(VolumeState.LOST);
        assertThat(VolumeStep.next(lost, there, false))
                .isInstanceOf(removed ? VolumeStep.Destroy.class : VolumeStep.Nothing.class);
    }
}
