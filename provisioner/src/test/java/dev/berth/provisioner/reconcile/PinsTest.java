package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.content.ContentProperties;
import dev.berth.provisioner.engine.PullOrder;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.MisbehavingEngine.Run;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.provisioner.volume.VolumeStore;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.wire.SecretBox;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.PullPolicy;
import dev.berth.schema.workload.RegistryLogin;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From which image containers are made, when its registry is asked, and with what. */
@Tag("parts")
class PinsTest {
    private static final String KEY = "the key of the tests for secrets!!";
    private static final String APP = "registry.example.com/team/app";
    private static final Duration SOON = Duration.ofSeconds(20);

    private World world;
    private AccountId account;
    private Wishes wish;

    @BeforeEach
    void begin() {
        world = new World(VolumeStore.none(), new ContentProperties(KEY, ""));
        account = world.openAccount();
        world.work();
        wish = Wishes.of(account);
        wish.image = APP + ":latest";
        means("a");
    }

    @AfterEach
    void end() {
        world.close();
    }

    /** The registry's tag means another content from now on. */
    private void means(String content) {
        world.engine.remoteImage(APP + ":latest", content, Program.SERVER);
        world.engine.remoteImage(APP + ":1", content, Program.SERVER);
    }

    private void registry(boolean answers) {
        world.engine.misbehave(verb -> verb.equals("pull") && !answers ? Fault.FAILED_BEFORE : Fault.NONE);
    }

    private void wished() {
        world.wish(wish);
        world.pass(SOON);
    }

    private void next() {
        wish.generation++;
    }

    /** The images of what runs, by their content. */
    private List<String> running() {
        return running(wish);
    }

    private List<String> running(Wishes of) {
        return world.engine.running().stream()
                .filter(run -> run.spec.workload().equals(of.workload))
                .map(run -> run.spec.image().id())
                .toList();
    }

    private String content(String name) {
        return "sha256:" + java.util.UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private RolloutObserved last() {
        return world.told(RolloutObserved.class).getLast();
    }

    private void crash() {
        List<Run> runs = world.engine.running();
        world.engine.killBehindOurBack(runs.getFirst().container);
        world.pass(Duration.ofMinutes(2));
    }

    @Test
    void whatIsAddedOrCrashesIsMadeFromWhatTheFirstResolvedThoughItsTagMovedAndItsRegistryIsAway() {
        wished();
        assertThat(world.told(ContainerStarted.class).getLast().image())
                .as("the digest travels in the fact")
                .startsWith(APP + ":latest@sha256:");
        means("b");
        next();
        wish.replicas = 3;
        wished();
        registry(false);
        crash();
        assertThat(running()).hasSize(3).containsOnly(content("a"));

        registry(true);
        next();
        wish.run++;
        wished();
        assertThat(running()).as("a restart asks anew").hasSize(3).containsOnly(content("b"));
    }

    @Test
    void aRestartWithoutItsRegistryFailsUnderAlwaysAndWhatRunsGoesOn() {
        wished();
        registry(false);
        next();
        wish.run++;
        wished();
        assertThat(running()).containsExactly(content("a"));
        assertThat(world.containers(wish).getLast().note().message()).contains("could not be fetched");
        registry(true);
        means("b");
        world.pass(Duration.ofMinutes(2));
        assertThat(running()).containsExactly(content("b"));
    }

    @Test
    void theWayBackToARevisionNeedsNoTagAndFetchesWhatWentFromTheHostByItsDigest() {
        wished();
        means("b");
        next();
        wish.revision = 2;
        wish.env = Map.of("a", "b");
        wished();
        assertThat(running()).containsExactly(content("b"));
        next();
        wish.run++;
        wished();
        world.engine.withdraw(APP + ":latest");
        assertThat(world.engine.removeImage(content("a"))).isTrue();
        next();
        wish.revision = 1;
        wish.env = Map.of();
        wished();
        assertThat(running()).as("as revision 1 was, though no run 2 of it was").containsExactly(content("a"));
        assertThat(world.engine.asked().getLast().reference()).startsWith(APP + "@sha256:");

        means("c");
        next();
        wish.run++;
        wished();
        assertThat(running()).as("a restart after it asks anew").containsExactly(content("c"));
    }

    @Test
    void ifNotPresentAsksOnceForAnAccountWhateverOthersFetchUnderThatName() {
        wish.image = APP + ":1";
        wished();
        means("b");
        Wishes theirs = Wishes.of(world.openAccount());
        world.work();
        theirs.image = wish.image;
        theirs.pullPolicy = PullPolicy.ALWAYS;
        world.wish(theirs);
        world.pass(SOON);
        assertThat(running(theirs)).containsExactly(content("b"));
        int asked = world.engine.asked().size();
        next();
        wish.revision++;
        wished();
        assertThat(running()).containsExactly(content("a"));
        assertThat(world.engine.asked()).hasSize(asked);

        next();
        wish.revision++;
        wish.pullPolicy = PullPolicy.ALWAYS;
        wished();
        assertThat(running()).containsExactly(content("b"));
    }

    @Test
    void aDigestIsNeverAskedForAgain() {
        wished();
        String digest = world.told(ContainerStarted.class).getLast().image().replaceFirst(".*@", "");
        wish = Wishes.of(account);
        wish.name = "other";
        wish.image = APP + "@" + digest;
        wish.pullPolicy = PullPolicy.ALWAYS;
        wished();
        registry(false);
        next();
        wish.run++;
        wished();
        assertThat(running()).containsExactly(content("a"));
        assertThat(world.containers(wish)).allSatisfy(c -> assertThat(c.state()).isNotEqualTo(ContainerState.FAILED));
    }

    @Test
    void aRegistryIsShownTheAccountsPasswordOfNowAndNoOtherIs() {
        SecretBox box = new SecretBox(KEY);
        wish.registryLogin = new RegistryLogin(
                "registry.example.com",
                "ann",
                1,
                box.seal(account, "registry/registry.example.com", 1, "first-password"));
        wished();
        PullOrder first = world.engine.asked().getLast();
        assertThat(first.auth()).isNotNull();
        assertThat(first.auth().username()).isEqualTo("ann");
        assertThat(first.auth().password()).isEqualTo("first-password");
        assertThat(first.toString()).doesNotContain("first-password");

        next();
        wish.registryLogin = new RegistryLogin(
                "registry.example.com", "ann", 2, box.seal(account, "registry/registry.example.com", 2, "two"));
        wished();
        assertThat(world.engine.runs())
                .as("another password replaces no container")
                .hasSize(1);
        next();
        wish.run++;
        wished();
        assertThat(world.engine.asked().getLast().auth().password()).isEqualTo("two");

        next();
        wish.registryLogin = null;
        wish.run++;
        wished();
        assertThat(world.engine.asked().getLast().auth()).as("taken away").isNull();

        next();
        wish.run++;
        wish.registryLogin = new RegistryLogin(
                "other.example.com", "ann", 1, box.seal(account, "registry/other.example.com", 1, "other"));
        wished();
        assertThat(world.engine.asked().getLast().auth())
                .as("another registry's")
                .isNull();

        next();
        wish.run++;
        wish.registryLogin = new RegistryLogin(
                "registry.example.com",
                "ann",
                3,
                box.seal(AccountId.next(), "registry/registry.example.com", 3, "stolen"));
        int asked = world.engine.asked().size();
        wished();
        assertThat(world.engine.asked()).as("another account's does not open").hasSize(asked);
        assertThat(world.containers(wish).getLast().note().code()).isEqualTo("content_refused");
    }

    @Test
    void saysEveryOtherSecondHowFarAPullIsAndTellsNothingOfIt() {
        List<String> said = new ArrayList<>();
        world.engine.eachPart(() -> {
            world.clock.advance(Duration.ofMillis(900));
            said.add(world.containers(wish).getLast().note().message());
        });
        world.wish(wish);
        world.work();
        assertThat(said)
                .filteredOn(Objects::nonNull)
                .containsSequence("pulling: 30 of 100 MiB", "pulling: 30 of 100 MiB", "pulling: 30 of 100 MiB")
                .last()
                .isEqualTo("pulling: 90 of 100 MiB");
        assertThat(said.stream().filter(Objects::nonNull).distinct()).hasSizeBetween(3, 5);
        Container container = world.containers(wish).getLast();
        assertThat(container.state()).isEqualTo(ContainerState.RUNNING);
        assertThat(container.note()).isEqualTo(Container.Note.NONE);
        assertThat(world.told(RolloutObserved.class)).hasSize(2);
    }

    private static RolloutWish recreate(boolean back) {
        return new RolloutWish(RolloutStrategy.RECREATE, 1, 0, 0, 600, 1, false, back, false, false);
    }

    @Test
    void recreateEndsTheOldOnlyOnceTheNewImageIsThere() {
        wish.replicas = 2;
        wish.rollout = recreate(true);
        wished();
        means("b");
        List<List<String>> during = new ArrayList<>();
        world.engine.eachPart(() -> during.add(running()));
        next();
        wish.revision++;
        wish.env = Map.of("a", "b");
        wished();
        assertThat(during)
                .isNotEmpty()
                .allSatisfy(now -> assertThat(now).containsOnly(content("a")).hasSize(2));
        assertThat(running()).hasSize(2).containsOnly(content("b"));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        var oldEnds = world.engine.runs().stream()
                .filter(run -> run.spec.image().id().equals(content("a")))
                .map(run -> run.finishedAt)
                .max(java.util.Comparator.naturalOrder())
                .orElseThrow();
        assertThat(world.engine.running())
                .allSatisfy(run -> assertThat(run.startedAt).isAfterOrEqualTo(oldEnds));
    }

    @Test
    void recreateWithoutARoomBesideTheOldOneIsNoLess() {
        account = world.openAccount(1, 100, 64);
        world.work();
        wish = Wishes.of(account);
        wish.image = APP + ":latest";
        wish.rollout = recreate(true);
        wished();
        means("b");
        next();
        wish.revision++;
        wish.env = Map.of("a", "b");
        wished();
        assertThat(running()).containsExactly(content("b"));
    }

    @Test
    void aRevisionWhoseImageCannotBeHadLeavesTheOldOneAsItIs() {
        wish.rollout = recreate(true);
        wished();
        String run = world.engine.running().getFirst().engineId;
        next();
        wish.revision++;
        wish.image = APP + ":missing";
        wished();
        world.pass(Duration.ofMinutes(15));
        assertThat(last().state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(world.engine.running())
                .singleElement()
                .satisfies(one -> assertThat(one.engineId).isEqualTo(run));
        assertThat(world.engine.runs()).hasSize(1);

        world.engine.remoteImage(APP + ":missing", "c", Program.SERVER);
        next();
        wish.revision++;
        wish.env = Map.of("again", "1");
        wished();
        assertThat(running()).containsExactly(content("c"));
    }

    @Test
    void anImageThatAWishedRevisionNeedsStaysThoughNothingRunsOfIt() {
        wished();
        world.engine.remoteImage(APP + ":job", Program.ends(Duration.ofSeconds(1), 0));
        Wishes ended = Wishes.of(account);
        ended.image = APP + ":job";
        ended.restart = RestartPolicy.ON_FAILURE;
        world.wish(ended);
        world.pass(SOON);
        assertThat(running(ended)).isEmpty();
        for (int i = 0; i < 4; i++) {
            world.engine.remoteImage(APP + ":fill" + i, Program.SERVER);
            Wishes one = Wishes.of(account);
            one.name = "fill" + i;
            one.image = APP + ":fill" + i;
            world.wish(one);
            world.pass(SOON);
        }
        world.clock.advance(Duration.ofHours(3));
        world.pass(Duration.ofMinutes(6));
        assertThat(world.engine.image(APP + ":job")).as("wished to run").isPresent();
        next();
        wish.state = DesiredState.STOPPED;
        wished();
        world.clock.advance(Duration.ofHours(3));
        world.pass(Duration.ofMinutes(6));
        assertThat(world.engine.image(content("a"))).as("stopped").isEmpty();
        assertThat(world.engine.image(APP + ":job")).as("wished to run").isPresent();
        means("b");
        next();
        wish.state = DesiredState.RUNNING;
        wished();
        assertThat(world.engine.asked().getLast().reference()).contains("@sha256:");
        assertThat(running()).as("started again as it was").containsExactly(content("a"));
    }

    static LongStream seeds() {
        return LongStream.range(0, 12);
    }

    /** Whatever happens in whatever order, one revision and run has one image, and a way back none other than the revision had. */
    @ParameterizedTest
    @MethodSource("seeds")
    void oneRevisionAndRunHasOneImage(long seed) {
        Random random = new Random(seed);
        wish.replicas = 2;
        wish.rollout = random.nextBoolean() ? recreate(false) : null;
        wished();
        long lastRevision = 1;
        for (int step = 0; step < 12; step++) {
            switch (random.nextInt(8)) {
                case 0 -> means("content-" + random.nextInt(4));
                case 1 -> registry(false);
                case 2 -> registry(true);
                case 3 -> {
                    if (!world.engine.running().isEmpty()) {
                        world.engine.killBehindOurBack(world.engine.running().getFirst().container);
                    }
                }
                case 4 -> {
                    next();
                    wish.run++;
                }
                case 5 -> {
                    next();
                    wish.revision = ++lastRevision;
                    wish.env = Map.of("revision", Long.toString(lastRevision));
                }
                case 6 -> {
                    next();
                    wish.replicas = 1 + random.nextInt(3);
                }
                default -> {
                    next();
                    wish.revision = 1 + random.nextLong(lastRevision);
                    wish.env = Map.of("revision", Long.toString(wish.revision));
                }
            }
            world.wish(wish);
            world.pass(Duration.ofSeconds(random.nextInt(40)));
        }
        registry(true);
        means("content-1");
        world.pass(Duration.ofMinutes(6));
        Map<String, String> images = new HashMap<>();
        for (Container container : world.containers(wish)) {
            String imageId = container.life().imageId();
            if (imageId != null) {
                String of =
                        container.target().revision() + "/" + container.target().run();
                assertThat(images.merge(of, imageId, (first, _) -> first))
                        .as("seed %d, revision/run %s", seed, of)
                        .isEqualTo(imageId);
            }
        }
        assertThat(running()).as("seed %d", seed).hasSize(wish.replicas);
    }
}
