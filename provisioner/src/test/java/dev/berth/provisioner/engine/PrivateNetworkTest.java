package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import dev.berth.provisioner.tenant.TenantNetwork;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who meets whom in the networks of accounts, on a real engine. Whatever does not get through has a control that does. */
@Tag("docker")
class PrivateNetworkTest {
    private static final int PORT = 8080;

    private final AccountId account = AccountId.next();
    private final AccountId stranger = AccountId.next();
    private final String subnet = TestEngines.subnet();
    private final String back = TenantNetwork.nameOf(account, 1);
    private final String front = TenantNetwork.nameOf(account, 2);
    private final String theirs = TenantNetwork.nameOf(stranger, 1);
    private final List<String> made = new ArrayList<>();
    private DockerEngine engine;
    private DockerClient docker;

    @BeforeEach
    void makeNetworks() {
        TestImages.busybox();
        engine = TestEngines.docker(DockerEngineTest.INSTALLATION);
        docker = TestImages.client();
        assertThat(engine.info().findings())
                .as("the host keeps internal networks from itself")
                .noneMatch(finding -> finding.contains("internal networks"));
        engine.createNetwork(new NetworkSpec(back, account, TestEngines.beside(subnet, 1), true));
        engine.createNetwork(new NetworkSpec(front, account, TestEngines.beside(subnet, 2), false));
        engine.createNetwork(new NetworkSpec(theirs, stranger, TestEngines.beside(subnet, 3), true));
    }

    @AfterEach
    void removeAll() throws IOException {
        for (String name : made) {
            engine.kill(name);
            await().until(() ->
                    engine.inspect(name).map(seen -> !seen.running()).orElse(true));
            engine.remove(name);
        }
        engine.removeNetwork(back);
        engine.removeNetwork(front);
        engine.removeNetwork(theirs);
        docker.close();
        engine.close();
    }

    /** A container that says its name to whoever asks; in the first network, then in the others. */
    private String server(AccountId owner, String name, boolean sealed, String... networks) {
        List<String> aliases = List.of(name, name + "-1");
        ContainerSpec spec = new ContainerSpec(
                ContainerId.next(),
                owner,
                WorkloadId.next(),
                name + "-1",
                aliases,
                engine.image(TestImages.BUSYBOX).orElseThrow(),
                List.of("/bin/sh", "-c"),
                List.of("while :; do echo I am %s | nc -l -p %d; done".formatted(name, PORT)),
                Map.of(),
                Size.of(250, 64),
                true,
                ContainerSpec.Start.USUAL,
                List.of(),
                new ContainerSpec.Home(networks[0], sealed));
        engine.create(spec);
        made.add(spec.name());
        Arrays.stream(networks).skip(1).forEach(other -> engine.connect(spec.name(), other, aliases));
        engine.start(spec.name());
        return spec.name();
    }

    private String address(String container, String network) {
        return Objects.requireNonNull(docker.inspectContainerCmd(container)
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .get(network)
                .getIpAddress());
    }

    /** The host's own address on the bridge of a network: the first. */
    private String gateway(String network) {
        String[] part =
                engine.network(network).orElseThrow().subnets().getFirst().split("[./]");
        return "%s.%s.%s.%d".formatted(part[0], part[1], part[2], Integer.parseInt(part[3]) + 1);
    }

    private String said(String from, String host, int port) {
        return engine.exec(
                        from,
                        List.of("/bin/sh", "-c", "nc -w 2 %s %d < /dev/null 2>&1".formatted(host, port)),
                        Duration.ofSeconds(20))
                .output();
    }

    private void hears(String from, String host, String name) {
        await().untilAsserted(() -> assertThat(said(from, host, PORT)).contains("I am " + name));
    }

    private void hearsNothing(String from, String host, int port) {
        assertThat(said(from, host, port)).doesNotContain("I am");
    }

    @Test
    void aNameIsFoundInSharedNetworksOnly() {
        String db = server(account, "db", true, back);
        String web = server(account, "web", false, front, back);
        String proxy = server(account, "proxy", false, front);
        for (String name : List.of("db", "db-1")) {
            hears(web, name, "db");
            hearsNothing(proxy, name, PORT);
        }
        hears(proxy, "web", "web");
        hears(proxy, "web-1", "web");
        hears(db, "web", "web");
        hearsNothing(db, "proxy", PORT);
        hearsNothing(proxy, address(db, back), PORT);
        hears(web, address(db, back), "db");
    }

    @Test
    void twoAccountsWithNetworksOfTheSameNameDoNotMeet() {
        String db = server(account, "db", true, back);
        String other = server(stranger, "db", true, theirs);
        String client = server(stranger, "client", true, theirs);
        String mine = server(account, "client", true, back);
        hears(client, "db", "db");
        hears(client, address(other, theirs), "db");
        hears(mine, address(db, back), "db");
        hearsNothing(client, address(db, back), PORT);
        hearsNothing(mine, address(other, theirs), PORT);
        assertThat(engine.inspect(db).orElseThrow().networks()).containsExactly(back);
    }

    @Test
    void whoIsInInternalNetworksOnlyReachesNothingOutsideOfThem() throws IOException {
        String sealed = server(account, "sealed", true, back);
        String both = server(account, "both", true, back, front);
        String outside = server(account, "outside", false, front);
        try (ServerSocket host = new ServerSocket(0, 16, InetAddress.getByName("0.0.0.0"))) {
            int port = host.getLocalPort();
            Thread answering = Thread.ofVirtual().start(() -> answer(host));
            hears(sealed, "both", "both");
            hears(outside, "both", "both");
            hears(both, address(outside, front), "outside");
            hearsNothing(sealed, address(outside, front), PORT);
            hearsNothing(sealed, address(both, front), PORT);
            for (String gateway : List.of(gateway(back), gateway(front))) {
                assertThat(ask(gateway, port)).as("the host itself").contains("I am the host");
                hearsNothing(sealed, gateway, port);
            }
            answering.interrupt();
        }
    }

    @Test
    void whoIsInInternalNetworksOnlyHasNoWayToTheInternet() {
        String sealed = server(account, "sealed", true, back);
        String both = server(account, "both", false, back, front);
        String outside = server(account, "outside", false, front);
        try (OutsideWorld world = OutsideWorld.begin()) {
            for (String control : List.of(outside, both)) {
                await().untilAsserted(() -> assertThat(said(control, world.address(), OutsideWorld.PORT))
                        .contains("I am the world"));
            }
            hears(sealed, "both", "both");
            for (int i = 0; i < 3; i++) {
                hearsNothing(sealed, world.address(), OutsideWorld.PORT);
            }
        }
    }

    @Test
    void checksOfTheHostReachWhoIsInInternalNetworksOnly() {
        String sealed = server(account, "sealed", true, back);
        String address =
                Objects.requireNonNull(engine.inspect(sealed).orElseThrow().address());
        assertThat(address).isEqualTo(address(sealed, back));
        await().untilAsserted(() -> assertThat(ask(address, PORT)).startsWith("I am sealed"));
    }

    @Test
    void namesOfOutsideAreNotLookedUpForWhoIsInInternalNetworksOnly() {
        String sealed = server(account, "sealed", true, back);
        String both = server(account, "both", false, back, front);
        assertThat(docker.inspectContainerCmd(sealed).exec().getHostConfig().getDns())
                .containsExactly("127.0.0.1");
        assertThat(docker.inspectContainerCmd(both).exec().getHostConfig().getDns())
                .isNullOrEmpty();
        assertThat(engine.exec(sealed, List.of("/bin/sh", "-c", "nslookup both"), Duration.ofSeconds(20))
                        .output())
                .contains(address(both, back));
        assertThat(engine.exec(
                                sealed,
                                List.of("/bin/sh", "-c", "nslookup data.example.com 2>&1"),
                                Duration.ofSeconds(30))
                        .code())
                .isNotZero();
    }

    private static void answer(ServerSocket host) {
        while (!host.isClosed()) {
            try (Socket socket = host.accept()) {
                socket.getOutputStream().write("I am the host\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static String ask(String address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
            socket.setSoTimeout(2_000);
            return new String(socket.getInputStream().readNBytes(13), StandardCharsets.US_ASCII);
        }
    }
}
