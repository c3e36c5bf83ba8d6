package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.provisioner.tenant.Tenant;
import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.tenant.TenantRemoved;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.NetworkUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Networks that accounts have beside their own one: one promise each, on a real database and an engine in memory. */
@Tag("parts")
class NetworksTest {
    private static final NetworkUse OWN = new NetworkUse(NetworkUse.OWN, false);
    private static final NetworkUse BACK = new NetworkUse("back", true);
    private static final NetworkUse FRONT = new NetworkUse("front", false);

    private static final List<Fault> FAULTS =
            List.of(Fault.AWAY_BEFORE, Fault.AWAY_AFTER, Fault.FAILED_BEFORE, Fault.FAILED_AFTER, Fault.CRASH_AFTER);

    private World world;
    private AccountId account;

    @BeforeEach
    void begin() {
        world = new World();
        world.engine.image("server:1", Program.SERVER).image("stubborn:1", Program.STUBBORN);
        account = world.openAccount();
        world.work();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Wishes wish(AccountId owner, String name, NetworkUse... networks) {
        Wishes wish = Wishes.of(owner);
        wish.name = name;
        wish.networks = networks.length == 0 ? null : List.of(networks);
        world.wish(wish);
        world.work();
        world.pass(Duration.ofSeconds(6));
        return wish;
    }

    private void change(Wishes wish, NetworkUse... networks) {
        wish.generation++;
        wish.revision++;
        wish.networks = networks.length == 0 ? null : List.of(networks);
        world.wish(wish);
        world.work();
    }

    private Container only(Wishes wish) {
        List<Container> up = world.containers(wish).stream()
                .filter(container -> container.state().up())
                .toList();
        assertThat(up).hasSize(1);
        return up.getFirst();
    }

    private Map<String, List<String>> joined(Wishes wish) {
        return world.engine.joined(only(wish).id());
    }

    private String own() {
        return Tenant.networkOf(account);
    }

    /** The engine's networks of the account beside its own one. */
    private List<String> more() {
        return world.engine.networkNames().stream()
                .filter(name -> name.startsWith(own() + "-"))
                .toList();
    }

    private List<String> findings() {
        world.pass(Duration.ofSeconds(15));
        return world.dsl
                .fetch("select jsonb_array_elements_text(findings) from host")
                .map(row -> row.get(0, String.class));
    }

    @Test
    void aContainerIsInTheNetworksOfItsWishUnderItsNames() {
        Wishes web = wish(account, "web", FRONT, BACK);
        Wishes db = wish(account, "db", BACK);
        Wishes plain = wish(account, "plain");
        assertThat(more()).hasSize(2);
        assertThat(joined(web)).containsOnlyKeys(more());
        assertThat(joined(web).values()).allSatisfy(names -> assertThat(names).containsExactly("web", "web-1"));
        String back = joined(db).keySet().iterator().next();
        assertThat(joined(db)).hasSize(1);
        assertThat(joined(web)).containsKey(back);
        assertThat(world.engine.internal(back)).isTrue();
        assertThat(more().stream().filter(world.engine::internal)).containsExactly(back);
        assertThat(joined(plain)).containsOnlyKeys(own());
        assertThat(world.engine.running())
                .filteredOn(run -> run.spec.home().sealed())
                .singleElement()
                .satisfies(run -> assertThat(run.spec.workload()).isEqualTo(db.workload));
    }

    @Test
    void theAccountsOwnNetworkMayBeNamedBesideOthers() {
        Wishes web = wish(account, "web", BACK, OWN);
        assertThat(joined(web)).hasSize(2).containsKey(own());
    }

    @Test
    void twoAccountsHaveNothingInCommonButTheName() {
        AccountId other = world.openAccount();
        world.work();
        Wishes mine = wish(account, "web", BACK);
        Wishes theirs = wish(other, "web", BACK);
        assertThat(joined(mine).keySet())
                .doesNotContainAnyElementsOf(joined(theirs).keySet());
    }

    @Test
    void aNetworkGoesWithTheLastThatNamesIt() {
        Wishes web = wish(account, "web", BACK);
        Wishes db = wish(account, "db", BACK);
        web.image = "stubborn:1";
        web.stopGraceSeconds = 30;
        change(web, BACK);
        world.pass(Duration.ofSeconds(60));
        String first = more().getFirst();
        change(db, FRONT);
        world.pass(Duration.ofSeconds(30));
        assertThat(more()).contains(first);
        change(web);
        world.pass(Duration.ofSeconds(20));
        assertThat(more()).as("a container of before is still ending in it").contains(first);
        world.pass(Duration.ofSeconds(60));
        assertThat(more()).hasSize(1).doesNotContain(first);
        assertThat(world.dsl.fetchCount(org.jooq.impl.DSL.table("tenant_network")))
                .isEqualTo(1);
    }

    @Test
    void aNetworkStaysWhileAStoppedWorkloadNamesIt() {
        Wishes web = wish(account, "web", BACK);
        List<String> before = more();
        web.generation++;
        web.state = DesiredState.STOPPED;
        world.wish(web);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.engine.running()).isEmpty();
        assertThat(more()).isEqualTo(before).hasSize(1);
        web.generation++;
        world.withdraw(web);
        world.pass(Duration.ofMinutes(1));
        assertThat(more()).isEmpty();
        assertThat(world.engine.networkNames()).containsExactly(own());
    }

    @Test
    void aNetworkThatBecomesInternalIsAnotherOne() {
        Wishes web = wish(account, "web", new NetworkUse("back", false));
        String before = more().getFirst();
        change(web, BACK);
        world.pass(Duration.ofMinutes(1));
        assertThat(more()).hasSize(1).doesNotContain(before);
        assertThat(world.engine.internal(more().getFirst())).isTrue();
    }

    @Test
    void whatTheHostDoesNotMakeInTimeIsToldToBothAndMadeWhenItCan() {
        world.engine.misbehave(verb -> verb.equals("network_create") ? Fault.FAILED_BEFORE : Fault.NONE);
        Wishes web = wish(account, "web", BACK);
        world.pass(Duration.ofMinutes(4));
        assertThat(world.told(LaunchFailed.class)).isNotEmpty().allSatisfy(failed -> {
            assertThat(failed.code()).isEqualTo("network_not_ready");
            assertThat(failed.message()).contains("network 'back'", "500 for network_create");
        });
        assertThat(findings())
                .anyMatch(
                        finding -> finding.contains(account.toString()) && finding.contains("being made for too long"));
        world.engine.misbehave(verb -> Fault.NONE);
        world.pass(Duration.ofMinutes(6));
        assertThat(joined(web)).hasSize(1);
        assertThat(findings()).noneMatch(finding -> finding.contains(account.toString()));
    }

    @Test
    void aNetworkThatCannotBeRemovedIsToldToTheOperatorAndKeepsItsAddresses() {
        Wishes web = wish(account, "web", BACK);
        world.engine.misbehave(verb -> verb.equals("network_remove") ? Fault.FAILED_BEFORE : Fault.NONE);
        change(web, FRONT);
        world.pass(Duration.ofMinutes(4));
        assertThat(findings()).anyMatch(finding -> finding.contains("being removed for too long"));
        assertThat(more()).hasSize(2);
        world.engine.misbehave(verb -> Fault.NONE);
        world.pass(Duration.ofSeconds(20));
        assertThat(more()).hasSize(1);
        assertThat(findings()).noneMatch(finding -> finding.contains("too long"));
    }

    @Test
    void addressesThatSomethingElseHasAreLeftAlone() {
        world.engine.foreignNetwork("other", "10.200.0.64/26");
        Wishes web = wish(account, "web", BACK, FRONT);
        assertThat(joined(web)).hasSize(2);
        assertThat(subnets()).hasSize(3);
        assertApart();
    }

    @Test
    void anAccountHasAsManyAsItMayAndTheNextWaits() {
        List<Wishes> all = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            all.add(wish(account, "w" + i, new NetworkUse("n" + i, true)));
        }
        assertThat(more()).hasSize(16);
        world.pass(Duration.ofMinutes(4));
        assertThat(world.told(LaunchFailed.class).getLast().message()).contains("16 networks, which is the most");
        world.withdraw(later(all.getFirst()));
        world.pass(Duration.ofMinutes(6));
        assertThat(joined(all.getLast())).hasSize(1);
    }

    private static Wishes later(Wishes wish) {
        wish.generation++;
        return wish;
    }

    @Test
    void aContainerThatSomebodyTookOutOfANetworkIsPutBack() {
        Wishes web = wish(account, "web", FRONT, BACK);
        Wishes plain = wish(account, "plain");
        for (String network : more()) {
            world.engine.disconnectBehindOurBack(only(web).id(), network);
        }
        world.engine.disconnectBehindOurBack(only(plain).id(), own());
        world.pass(Duration.ofMinutes(2));
        assertThat(joined(web)).containsOnlyKeys(more());
        assertThat(joined(web).values()).allSatisfy(names -> assertThat(names).containsExactly("web", "web-1"));
        assertThat(joined(plain)).containsOnlyKeys(own());
        assertThat(world.engine.runs()).as("and nothing was restarted").hasSize(2);
    }

    @Test
    void allNetworksGoWithTheAccount() {
        wish(account, "web", FRONT, BACK);
        world.engine.misbehave(verb -> verb.equals("network_remove") ? Fault.FAILED_BEFORE : Fault.NONE);
        world.closeAccount(account);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told(TenantRemoved.class)).isEmpty();
        world.engine.misbehave(verb -> Fault.NONE);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told(TenantRemoved.class)).hasSize(1);
        assertThat(world.engine.networkNames()).isEmpty();
        assertThat(world.dsl.fetchCount(org.jooq.impl.DSL.table("tenant_network")))
                .isZero();
    }

    @Test
    void networksThatAnotherEngineDoesNotHaveAreMadeThere() {
        Wishes web = wish(account, "web", FRONT, BACK);
        world.engine.replaceBy("another-engine", "host-1");
        world.pass(Duration.ofMinutes(3));
        web.generation++;
        web.run++;
        world.wish(web);
        world.pass(Duration.ofMinutes(3));
        assertThat(joined(web)).hasSize(2).containsOnlyKeys(more());
    }

    @Test
    void whatTheEngineMakesAfterItWasGivenUpIsRemovedAndNothingOfOthers() {
        wish(account, "web", BACK);
        List<String> before = world.engine.networkNames();
        String others = Tenant.networkOf(AccountId.next()) + "-1";
        world.engine.foreignNetwork(own() + "-4711", "10.200.7.0/26");
        world.engine.foreignNetwork(others, "10.200.8.0/26");
        world.engine.foreignNetwork("bridge", "172.17.0.0/16");
        world.pass(Duration.ofMinutes(2));
        List<String> expected = new ArrayList<>(before);
        expected.addAll(List.of(others, "bridge"));
        assertThat(world.engine.networkNames()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private List<Cidr> subnets() {
        return world.dsl
                .fetch("select subnet from tenant where block is not null union all"
                        + " select subnet from tenant_network where subnet is not null")
                .map(row -> Cidr.parse(row.get(0, String.class)));
    }

    private void assertApart() {
        List<Cidr> all = subnets();
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                assertThat(all.get(i).overlaps(all.get(j)))
                        .as("%s and %s", all.get(i), all.get(j))
                        .isFalse();
            }
        }
    }

    /** Wishes change at random while answers are lost and the process dies; in the end all is as wished, and no address is lost. */
    @Test
    void whateverIsLostOnTheWayNetworksAreAsWishedInTheEnd() {
        for (long seed = 1; seed <= 6; seed++) {
            storm(new Random(seed));
        }
    }

    private void storm(Random random) {
        List<NetworkUse> choice = List.of(OWN, BACK, FRONT, new NetworkUse("third", false));
        List<Wishes> all = List.of(wish(account, "a"), wish(account, "b"), wish(account, "c"));
        Set<String> verbs =
                Set.of("network_create", "network_remove", "network_connect", "network", "networks", "create", "start");
        world.engine.misbehave(verb -> verbs.contains(verb) && random.nextInt(4) == 0
                ? FAULTS.get(random.nextInt(FAULTS.size()))
                : Fault.NONE);
        for (int i = 0; i < 12; i++) {
            Wishes one = all.get(random.nextInt(all.size()));
            change(one, choice.stream().filter(_ -> random.nextBoolean()).toArray(NetworkUse[]::new));
            world.pass(Duration.ofSeconds(random.nextInt(8)));
            assertApart();
        }
        world.engine.misbehave(verb -> Fault.NONE);
        world.pass(Duration.ofMinutes(8));
        for (Wishes one : all) {
            int expected = one.networks == null ? 1 : one.networks.size();
            assertThat(joined(one)).hasSize(expected);
        }
        long wished = all.stream()
                .flatMap(one -> one.networks == null ? List.<NetworkUse>of().stream() : one.networks.stream())
                .filter(use -> !use.equals(OWN))
                .distinct()
                .count();
        assertThat(more()).hasSize((int) wished);
        assertThat(subnets()).hasSize((int) wished + 1);
        assertThat(world.dsl.fetchCount(org.jooq.impl.DSL.table("refused_block")))
                .as("addresses that are lost to the pool")
                .isZero();
        all.forEach(one -> world.withdraw(later(one)));
        world.pass(Duration.ofMinutes(1));
        assertThat(more()).isEmpty();
        assertThat(subnets()).hasSize(1);
    }
}
