package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.content.ContentProperties;
import dev.berth.provisioner.engine.ContainerSpec;
import dev.berth.provisioner.testing.MemoryStore;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.provisioner.volume.VolumeException;
import dev.berth.schema.Topic;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeKept;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.volume.VolumeDesired;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.VolumeMount;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Volumes: one promise each, on a real database and a store in memory. */
@Tag("parts")
class VolumesTest {
    private final MemoryStore store = new MemoryStore();
    private World world;
    private AccountId account;

    @BeforeEach
    void begin() {
        world = new World(store, new ContentProperties("", ""));
        world.engine.image("server:1", Program.SERVER).image("stubborn:1", Program.STUBBORN);
        account = world.openAccount();
        world.work();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private VolumeDesired wish(VolumeId volume, long generation, int gib, List<SnapshotId> snapshots) {
        return new VolumeDesired(
                volume, account, "data", generation, gib, null, null, snapshots, 0, null, null, world.clock.instant());
    }

    private VolumeDesired made(int gib) {
        VolumeDesired wish = wish(VolumeId.next(), 1, gib, List.of());
        world.wish(wish);
        world.work();
        return wish;
    }

    private VolumeReady last() {
        return world.told(VolumeReady.class).getLast();
    }

    private Wishes writer(VolumeId volume) {
        Wishes wishes = Wishes.of(account);
        wishes.volumes = List.of(new VolumeMount(volume, "/data", false));
        wishes.rollout = new RolloutWish(RolloutStrategy.RECREATE, 0, 1, 0, 600, 1, false, true, false, false);
        return wishes;
    }

    private List<ContainerSpec.Mount> mounts(Wishes wishes) {
        return world.engine.runs().stream()
                .filter(run -> run.finishedAt == null && run.spec.workload().equals(wishes.workload))
                .flatMap(run -> run.spec.mounts().stream())
                .toList();
    }

    @Test
    void makesAVolumeAndTellsSinceWhenItCounts() {
        VolumeDesired wish = made(10);
        assertThat(store.kept.get(wish.volume()).sizeGib).isEqualTo(10);
        assertThat(world.told(VolumeReady.class)).singleElement().satisfies(ready -> {
            assertThat(ready.sequence()).isEqualTo(1);
            assertThat(ready.generation()).isEqualTo(1);
            assertThat(ready.createdAt()).isEqualTo(ready.changedAt());
            assertThat(ready.meteredGib()).isEqualTo(10);
            assertThat(ready.host()).isEqualTo("host-1");
        });
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told(VolumeReady.class)).hasSize(1);
        List<Inventory> own = world.told(Inventory.class).stream()
                .filter(one ->
                        one.onPartition() == Topic.partitionOf(wish.volume().toString()))
                .toList();
        assertThat(own.getLast().volumes()).containsExactly(new VolumeKept(wish.volume(), last().createdAt()));
    }

    @Test
    void aDiskThatIsNotThereLosesNothing() {
        VolumeDesired wish = made(10);
        store.mounted = false;
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told(VolumeDestroyed.class)).isEmpty();
        assertThat(world.told(VolumeFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.code()).isEqualTo("volumes_unavailable");
            assertThat(failed.volume()).isEqualTo(wish.volume());
        });
        VolumeDesired other = wish(VolumeId.next(), 1, 1, List.of());
        world.wish(other);
        world.pass(Duration.ofSeconds(30));
        assertThat(store.kept).as("none is made beside it").containsOnlyKeys(wish.volume());
        store.mounted = true;
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told(VolumeReady.class).stream().map(VolumeReady::volume))
                .as("said again to be there")
                .containsExactlyInAnyOrder(wish.volume(), wish.volume(), other.volume());
        assertThat(world.told(VolumeDestroyed.class)).isEmpty();
    }

    @Test
    void growsAndKeepsSnapshotsAndCountsThemFromTheirTime() {
        VolumeDesired wish = made(10);
        SnapshotId snapshot = SnapshotId.next();
        world.wish(wish(wish.volume(), 2, 10, List.of(snapshot)));
        world.work();
        assertThat(last().snapshots()).singleElement().satisfies(taken -> {
            assertThat(taken.snapshot()).isEqualTo(snapshot);
            assertThat(taken.sizeGib()).isEqualTo(10);
        });
        assertThat(last().meteredGib()).isEqualTo(20);
        world.wish(wish(wish.volume(), 3, 15, List.of(snapshot)));
        world.work();
        assertThat(last().meteredGib())
                .as("a snapshot is as large as the volume was")
                .isEqualTo(25);
        world.wish(wish(wish.volume(), 4, 15, List.of()));
        world.work();
        assertThat(last().meteredGib()).isEqualTo(15);
        assertThat(last().generation()).isEqualTo(4);
        assertThat(store.kept.get(wish.volume()).snapshots).isEmpty();
        assertThat(world.told(VolumeReady.class))
                .extracting(VolumeReady::sequence)
                .containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void putsDataBackOnlyWhenNobodyUsesIt() {
        VolumeDesired wish = made(1);
        SnapshotId snapshot = SnapshotId.next();
        store.kept.get(wish.volume()).data = "before";
        world.wish(wish(wish.volume(), 2, 1, List.of(snapshot)));
        world.work();
        store.kept.get(wish.volume()).data = "after";
        Wishes web = writer(wish.volume());
        world.wish(web);
        world.work();
        assertThat(mounts(web)).hasSize(1);

        world.wish(new VolumeDesired(
                wish.volume(),
                account,
                "data",
                3,
                1,
                null,
                null,
                List.of(snapshot),
                1,
                snapshot,
                null,
                wish.occurredAt()));
        world.pass(Duration.ofSeconds(20));
        assertThat(store.kept.get(wish.volume()).data).isEqualTo("after");

        web.generation = 2;
        web.state = DesiredState.STOPPED;
        world.wish(web);
        world.pass(Duration.ofSeconds(20));
        assertThat(store.kept.get(wish.volume()).data).isEqualTo("before");
        assertThat(last().restores()).isEqualTo(1);
        assertThat(last().generation()).isEqualTo(3);
    }

    @Test
    void aCopyBeginsWithTheDataOfItsOriginAndOfNoStrangers() {
        VolumeDesired wish = made(1);
        store.kept.get(wish.volume()).data = "precious";
        VolumeId copy = VolumeId.next();
        world.wish(new VolumeDesired(
                copy, account, "copy", 1, 2, wish.volume(), null, List.of(), 0, null, null, world.clock.instant()));
        world.work();
        assertThat(store.kept.get(copy).data).isEqualTo("precious");

        VolumeId theft = VolumeId.next();
        world.wish(new VolumeDesired(
                theft,
                world.openAccount(),
                "theft",
                1,
                2,
                wish.volume(),
                null,
                List.of(),
                0,
                null,
                null,
                world.clock.instant()));
        world.work();
        assertThat(store.kept).doesNotContainKey(theft);
        assertThat(world.told(VolumeFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.code()).isEqualTo("origin_gone"));
    }

    @Test
    void endsTheUseOfAVolumeOnceNobodyHasItAndThenItsData() {
        VolumeDesired wish = made(3);
        Wishes web = writer(wish.volume());
        world.wish(web);
        world.work();
        world.remove(wish);
        world.pass(Duration.ofSeconds(20));
        assertThat(world.told(VolumeDestroyed.class)).isEmpty();
        world.withdraw(later(web));
        world.pass(Duration.ofSeconds(20));
        assertThat(world.told(VolumeDestroyed.class)).singleElement().satisfies(destroyed -> {
            assertThat(destroyed.meteredGib()).isEqualTo(3);
            assertThat(destroyed.sequence()).isEqualTo(2);
            assertThat(destroyed.createdAt()).isEqualTo(last().createdAt());
        });
        assertThat(store.kept).isEmpty();
    }

    private static Wishes later(Wishes wishes) {
        wishes.generation++;
        return wishes;
    }

    @Test
    void neverHasTwoWriters() {
        VolumeDesired wish = made(1);
        Wishes first = writer(wish.volume());
        Wishes second = writer(wish.volume());
        first.image = "stubborn:1";
        first.stopGraceSeconds = 30;
        second.name = "other";
        world.wish(first);
        world.work();
        world.wish(second);
        world.pass(Duration.ofSeconds(20));
        assertThat(mounts(first)).hasSize(1);
        assertThat(mounts(second)).isEmpty();

        world.withdraw(later(first));
        world.pass(Duration.ofSeconds(20));
        assertThat(mounts(second)).as("while the first still ends").isEmpty();
        world.pass(Duration.ofSeconds(60));
        assertThat(mounts(second))
                .singleElement()
                .satisfies(mount -> assertThat(mount.source()).endsWith(wish.volume() + ".2"));
        assertThat(store.leases).containsExactly(wish.volume() + ".2");
    }

    @Test
    void aNewRevisionWritesOnlyWhenTheOldOneHasEnded() {
        VolumeDesired wish = made(1);
        Wishes web = writer(wish.volume());
        world.wish(web);
        world.pass(Duration.ofSeconds(10));
        web.generation = 2;
        web.revision = 2;
        world.wish(web);
        world.pass(Duration.ofSeconds(30));
        assertThat(mounts(web))
                .singleElement()
                .satisfies(mount -> assertThat(mount.source()).endsWith(".2"));
    }

    @Test
    void readersShareAVolumeWithItsWriter() {
        VolumeDesired wish = made(1);
        Wishes web = writer(wish.volume());
        Wishes reader = Wishes.of(account);
        reader.name = "reader";
        reader.replicas = 3;
        reader.volumes = List.of(new VolumeMount(wish.volume(), "/ro", true));
        world.wish(web);
        world.wish(reader);
        world.pass(Duration.ofSeconds(10));
        assertThat(mounts(web)).hasSize(1);
        assertThat(mounts(reader)).hasSize(3).allMatch(ContainerSpec.Mount::readOnly);
    }

    @Test
    void aVolumeOfAnotherAccountIsNeverMounted() {
        VolumeDesired wish = made(1);
        Wishes thief = Wishes.of(world.openAccount());
        thief.volumes = List.of(new VolumeMount(wish.volume(), "/data", true));
        world.wish(thief);
        world.pass(Duration.ofMinutes(3));
        assertThat(mounts(thief)).isEmpty();
        assertThat(world.told(LaunchFailed.class))
                .isNotEmpty()
                .allMatch(failed -> failed.code().equals("volume_not_ready"));
    }

    @Test
    void saysWhyItCannotOnceAndGoesOnWhenItCan() {
        store.roomGib = 5;
        VolumeDesired wish = made(10);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.told(VolumeFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.code()).isEqualTo("no_room");
            assertThat(failed.message())
                    .contains("no room for the 10 GiB more")
                    .as("how full the host is, is its operator's business")
                    .doesNotContain("5 GiB");
        });
        store.roomGib = 10;
        world.pass(Duration.ofMinutes(5));
        assertThat(last().generation()).isEqualTo(1);
        store.refusal = new VolumeException("host_failed", "no");
        world.wish(wish(wish.volume(), 2, 10, List.of(SnapshotId.next())));
        world.work();
        assertThat(last().meteredGib()).isEqualTo(10);
        assertThat(world.told(VolumeFailed.class)).hasSize(2);
    }

    @Test
    void dataThatIsGoneIsToldAndNeverTakenForEmpty() {
        VolumeDesired wish = made(1);
        store.kept.clear();
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told(VolumeFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.code()).isEqualTo("volume_lost"));
        assertThat(world.told(VolumeDestroyed.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.volume()).isEqualTo(wish.volume()));
        assertThat(store.kept).isEmpty();
        assertThat(world.told(Inventory.class).getLast().volumes()).isEmpty();
        Wishes web = writer(wish.volume());
        world.wish(web);
        world.pass(Duration.ofSeconds(30));
        assertThat(mounts(web)).isEmpty();
        world.remove(wish);
        world.work();
        world.pass(Duration.ofSeconds(10));
        assertThat(world.told(VolumeDestroyed.class)).hasSize(1);
    }

    @Test
    void whatWasDoneBeforeACrashIsDoneOnce() {
        store.crash = true;
        VolumeDesired wish = made(4);
        world.work();
        store.crash = true;
        SnapshotId snapshot = SnapshotId.next();
        world.wish(wish(wish.volume(), 2, 8, List.of(snapshot)));
        world.work();
        world.pass(Duration.ofSeconds(10));
        store.crash = true;
        world.work();
        assertThat(last().meteredGib()).isEqualTo(16);
        world.remove(wish(wish.volume(), 2, 8, List.of()));
        world.work();
        world.pass(Duration.ofSeconds(10));
        assertThat(store.kept).isEmpty();
        assertThat(world.told(VolumeDestroyed.class))
                .singleElement()
                .satisfies(destroyed -> assertThat(destroyed.meteredGib()).isEqualTo(16));
        List<Long> sequences = world.told(VolumeReady.class).stream()
                .map(VolumeReady::sequence)
                .toList();
        assertThat(sequences).isSorted().doesNotHaveDuplicates();
    }
}
