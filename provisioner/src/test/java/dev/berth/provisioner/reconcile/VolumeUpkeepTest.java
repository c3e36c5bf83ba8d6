package dev.berth.provisioner.reconcile;

import static dev.berth.schema.db.provisioner.Tables.VOLUME_MOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.content.ContentProperties;
import dev.berth.provisioner.engine.RootUser;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.testing.MemoryStore;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.provisioner.volume.Volume;
import dev.berth.provisioner.volume.VolumeException;
import dev.berth.provisioner.volume.VolumeState;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.volume.VolumeDesired;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.VolumeMount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What volumes cost and what becomes of them when nobody asks for anything: hosts that go, disks that fill, days that pass. */
@Tag("parts")
class VolumeUpkeepTest {
    private final MemoryStore store = new MemoryStore();
    private World world;
    private AccountId account;

    @BeforeEach
    void begin() {
        world = new World(store, new ContentProperties("", ""));
        world.engine.image("server:1", Program.SERVER);
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

    private Wishes writer(VolumeId volume) {
        Wishes wishes = Wishes.of(account);
        wishes.volumes = List.of(new VolumeMount(volume, "/data", false));
        wishes.rollout = new RolloutWish(RolloutStrategy.RECREATE, 0, 1, 0, 600, 1, false, true, false, false);
        return wishes;
    }

    private Volume row(VolumeDesired wish) {
        return world.rooms.volumes().find(world.dsl, wish.volume()).orElseThrow();
    }

    private Instant lastInventory(String host) {
        return world.told(Inventory.class).stream()
                .filter(one -> one.host().equals(host) && !one.retired())
                .toList()
                .getLast()
                .observedAt();
    }

    @Test
    void aHostThatIsRetiredSettlesItsVolumesAndBillsNothingThatIsNotProven() {
        VolumeDesired wish = made(10);
        Wishes web = writer(wish.volume());
        world.wish(web);
        world.pass(Duration.ofSeconds(30));
        Instant proven = lastInventory("host-1");
        store.kept.clear();
        world.engine.replaceBy("another-engine", "host-2");
        world.pass(Duration.ofHours(1));
        assertThat(world.told(VolumeDestroyed.class)).as("it may come back").isEmpty();

        assertThat(world.rooms.hosts().retire(world.dsl, "host-1")).isTrue();
        world.pass(Duration.ofSeconds(10));
        assertThat(world.told(VolumeDestroyed.class)).singleElement().satisfies(ended -> {
            assertThat(ended.volume()).isEqualTo(wish.volume());
            assertThat(ended.host()).isEqualTo("host-1");
            assertThat(ended.destroyedAt()).isEqualTo(proven);
            assertThat(ended.meteredGib()).isEqualTo(10);
            assertThat(ended.sequence()).isEqualTo(2);
        });
        assertThat(world.told(VolumeFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.code()).isEqualTo("volume_lost");
            assertThat(failed.message()).contains("its host does not come back");
        });
        assertThat(world.told().stream().map(World.Told::event).toList())
                .as("the fact is told before the host's last inventory")
                .satisfies(all -> assertThat(
                                all.indexOf(world.told(VolumeDestroyed.class).getFirst()))
                        .isLessThan(all.indexOf(world.told(Inventory.class).stream()
                                .filter(Inventory::retired)
                                .findFirst()
                                .orElseThrow())));
        assertThat(row(wish).state()).isEqualTo(VolumeState.LOST);
        assertThat(row(wish).host()).isNull();
        assertThat(world.dsl.fetchCount(VOLUME_MOUNT)).as("leases are free").isZero();

        world.pass(Duration.ofMinutes(10));
        assertThat(store.kept).as("never made anew as if it were empty").isEmpty();
        world.remove(wish);
        world.pass(Duration.ofSeconds(10));
        assertThat(row(wish).state()).isEqualTo(VolumeState.DESTROYED);
        assertThat(world.told(VolumeDestroyed.class)).as("its use ends once").hasSize(1);
    }

    @Test
    void whatWasToBeDestroyedOnARetiredHostEndsWithoutAComplaint() {
        VolumeDesired wish = made(3);
        Instant made = world.told(VolumeReady.class).getLast().changedAt();
        world.engine.replaceBy("another-engine", "host-2");
        world.pass(Duration.ofSeconds(30));
        world.remove(wish);
        world.rooms.hosts().retire(world.dsl, "host-1");
        world.pass(Duration.ofSeconds(30));
        assertThat(world.told(VolumeFailed.class)).isEmpty();
        assertThat(world.told(VolumeDestroyed.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.destroyedAt()).isAfterOrEqualTo(made));
        assertThat(row(wish).state()).isEqualTo(VolumeState.DESTROYED);
    }

    @Test
    void whileNothingChangesNoVolumeIsReadHoweverManyThereAre() {
        world.pass(Duration.ofMinutes(1));
        int without = idlePass();
        for (int i = 0; i < 40; i++) {
            VolumeDesired wish = made(1);
            world.wish(wish(wish.volume(), 2, 1, List.of(SnapshotId.next())));
            world.work();
        }
        world.pass(Duration.ofSeconds(5));
        int with = idlePass();
        assertThat(with).as("statements of a pass with 40 volumes").isEqualTo(without);
        assertThat(world.statements.said())
                .noneMatch(sql -> sql.contains("\"wish\".\"volume\"") || sql.contains("\"volume\".\"snapshots\""));
        List<String> plan = world.dsl.transactionResult(tx -> {
            tx.dsl().execute("set local enable_seqscan = off");
            return tx.dsl()
                    .fetch("explain select volume_id from volume where state in ('wished', 'destroying')"
                            + " or (state = 'ready' and (wish is null or made_generation < generation or code is not null))"
                            + " or (state = 'lost' and wish is null)")
                    .getValues(0, String.class);
        });
        assertThat(plan).anyMatch(line -> line.contains("volume_unsettled"));
        assertThat(world.rooms.volumes().promisedGib(world.dsl, "host-1")).isEqualTo(80);
        assertThat(world.told(Inventory.class).stream()
                        .mapToInt(one -> one.volumes().size())
                        .max()
                        .orElse(0))
                .isPositive();
    }

    /** The statements of one pass that writes no inventory. */
    private int idlePass() {
        world.activate(new Subject.Everything());
        world.work();
        world.clock.advance(Duration.ofSeconds(5));
        world.statements.count();
        world.activate(new Subject.Everything());
        world.work();
        return world.statements.said().size();
    }

    @Test
    void whoIsOverHasNoVolumeAnyMore() {
        VolumeDesired wish = made(1);
        Wishes web = writer(wish.volume());
        world.wish(web);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.dsl.fetchCount(VOLUME_MOUNT)).isEqualTo(1);
        web.generation++;
        world.withdraw(web);
        world.pass(Duration.ofSeconds(30));
        assertThat(world.dsl.fetchCount(VOLUME_MOUNT)).isZero();
    }

    @Test
    void whatFailsIsLeftAloneForLongerEachTimeAndANewWishIsTriedAtOnce() {
        VolumeDesired wish = made(1);
        store.refusal =
                new VolumeException("host_failed", "the host could not do it", "/srv/secret: Input/output error");
        world.wish(wish(wish.volume(), 2, 2, List.of()));
        store.tries = 0;
        world.pass(Duration.ofMinutes(60));
        assertThat(store.tries).as("tries in an hour").isBetween(8, 20);
        world.crash();
        int before = store.tries;
        world.pass(Duration.ofSeconds(30));
        assertThat(store.tries).as("a restart does not forget it").isLessThanOrEqualTo(before + 1);
        assertThat(world.told(VolumeFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.message()).doesNotContain("/srv/secret"));
        store.refusal = null;
        world.wish(wish(wish.volume(), 3, 3, List.of()));
        world.work();
        assertThat(world.told(VolumeReady.class).getLast().sizeGib()).isEqualTo(3);
        assertThat(row(wish).failures()).isZero();
    }

    @Test
    void roomThatComesFreeIsGivenAtOnce() {
        store.roomGib = 10;
        VolumeDesired first = made(8);
        VolumeDesired second = made(5);
        world.pass(Duration.ofMinutes(30));
        assertThat(store.kept).containsOnlyKeys(first.volume());
        world.remove(first);
        world.pass(Duration.ofSeconds(10));
        assertThat(store.kept).containsOnlyKeys(second.volume());
    }

    @Test
    void aContainerSaysForWhichVolumeItWaitsAlsoAfterARestart() {
        VolumeDesired wish = made(1);
        Wishes first = writer(wish.volume());
        Wishes second = writer(wish.volume());
        second.name = "other";
        world.wish(first);
        world.work();
        world.wish(second);
        world.pass(Duration.ofSeconds(5));
        Container waiting = world.containers(second).getFirst();
        assertThat(waiting.state()).isEqualTo(ContainerState.STARTING);
        assertThat(waiting.note().code()).isEqualTo("volume_not_ready");
        assertThat(waiting.note().message()).contains("has not ended yet");
        Instant deadline = waiting.deadlineAt();
        world.clock.set(deadline);
        world.crash();
        world.work();
        assertThat(world.told(LaunchFailed.class)).first().satisfies(failed -> {
            assertThat(failed.code()).isEqualTo("volume_not_ready");
            assertThat(failed.message()).contains("has not ended yet");
        });
        first.generation++;
        world.withdraw(first);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.containers(second).getLast()).satisfies(running -> {
            assertThat(running.state()).isEqualTo(ContainerState.RUNNING);
            assertThat(running.note()).isEqualTo(Container.Note.NONE);
        });
    }

    @Test
    void anEmptyVolumeIsGivenToTheUserAndTheGroupOfTheHostThatItsContainerIs() {
        world.engine.root = new RootUser(100_000, 300_000);
        VolumeDesired wish = made(1);
        Wishes web = writer(wish.volume());
        world.wish(web);
        world.pass(Duration.ofSeconds(10));
        assertThat(store.owners).containsEntry(wish.volume(), "165532:365532");
    }
}
