package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.egress.NftCounters;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.provisioner.tenant.TenantNetwork;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.testing.Outside;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernel counts of the containers of a real engine. Root and the package nftables are needed. */
@Tag("docker")
class EgressCountTest {
    private static final int BYTES = 3_000_000;

    /** Of headers and acknowledgements, at most. */
    private static final double OVERHEAD = 1.1;

    private final AccountId account = AccountId.next();
    private final String subnet = TestEngines.beside(TestEngines.subnet(), 1);
    private final String network = TenantNetwork.nameOf(account, 1);
    private final List<String> made = new ArrayList<>();
    private final NftCounters counters =
            new NftCounters(true, "test-" + ThreadLocalRandom.current().nextInt(1_000_000), "10.248.0.0/13");
    private DockerEngine engine;
    private Outside outside;

    @BeforeEach
    void make() {
        TestImages.busybox();
        engine = TestEngines.docker(DockerEngineTest.INSTALLATION);
        engine.createNetwork(new NetworkSpec(network, account, subnet, false));
        outside = new Outside();
        assertThat(counters.ready()).as(() -> counters.finding().toString()).isTrue();
        assertThat(counters.passes(Cidr.parse(subnet))).isTrue();
    }

    @AfterEach
    void remove() throws java.io.IOException {
        made.forEach(this::end);
        engine.removeNetwork(network);
        outside.close();
        counters.remove();
        engine.close();
    }

    private String address(int number) {
        String[] part = subnet.split("[./]");
        return "%s.%s.%s.%d".formatted(part[0], part[1], part[2], Integer.parseInt(part[3]) + number);
    }

    private String run(String address, String script) {
        ContainerSpec spec = new ContainerSpec(
                ContainerId.next(),
                account,
                WorkloadId.next(),
                "job",
                List.of(),
                engine.image(TestImages.BUSYBOX).orElseThrow(),
                List.of("/bin/sh", "-c"),
                List.of(script),
                Map.of(),
                Size.of(500, 64),
                true,
                ContainerSpec.Start.USUAL,
                List.of(),
                ContainerSpec.Home.in(network).at(address));
        engine.create(spec);
        made.add(spec.name());
        engine.start(spec.name());
        return spec.name();
    }

    private void end(String name) {
        engine.kill(name);
        await().until(() -> engine.inspect(name).map(seen -> !seen.running()).orElse(true));
        engine.remove(name);
    }

    private static String send(int bytes, String to, int port) {
        return "head -c %d /dev/zero | nc -w 5 %s %d; sleep 300".formatted(bytes, to, port);
    }

    private long counted(String address) {
        return counters.read().orElseThrow().bytes().getOrDefault(address, 0L);
    }

    @Test
    void whatLeavesThePoolIsCountedAndWhatStaysIsNot() {
        run(address(5), "nc -l -p 9000 > /dev/null; sleep 300");
        String peer = address(5);
        String sender = address(6);
        run(sender, "sleep 1; " + send(BYTES, peer, 9000));
        await().untilAsserted(() ->
                assertThat(engine.network(network).orElseThrow().addresses()).containsExactlyInAnyOrder(peer, sender));
        String talker = address(7);
        String name = run(talker, send(BYTES, outside.address(), Outside.PORT));
        assertThat(outside.received()).as("the control: it got there").isEqualTo(BYTES);
        await().untilAsserted(() -> assertThat(counted(talker)).isBetween((long) BYTES, (long) (BYTES * OVERHEAD)));
        assertThat(counted(sender)).as("to a peer").isZero();
        assertThat(counted(peer)).isZero();

        made.remove(name);
        end(name);
        assertThat(counted(talker)).as("it is known after the end").isGreaterThanOrEqualTo(BYTES);
        assertThat(counters.reset(List.of(talker))).isTrue();
        assertThat(counters.reset(List.of(talker))).as("may be repeated").isTrue();
        run(talker, send(1000, outside.address(), Outside.PORT));
        assertThat(outside.received()).isEqualTo(1000);
        await().untilAsserted(() -> assertThat(counted(talker)).isBetween(1000L, 3000L));
    }

    @Test
    void theCountersOfATableThatWasTakenAwayHaveAnotherName() {
        String first = counters.read().orElseThrow().epoch();
        assertThat(counters.read().orElseThrow().epoch()).isEqualTo(first);
        counters.remove();
        assertThat(counters.read().orElseThrow().epoch()).isNotEqualTo(first);
        NftCounters elsewhere = new NftCounters(false, "test", "10.248.0.0/13");
        assertThat(elsewhere.ready()).isFalse();
        assertThat(elsewhere.read()).isEmpty();
        assertThat(elsewhere.finding())
                .hasValueSatisfying(finding -> assertThat(finding)
                        .contains("not billed")
                        .contains("on another host")
                        .contains("nftables"));
    }
}
