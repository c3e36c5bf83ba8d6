package dev.berth.gateway.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files from the world: what can run does, and each place that cannot be had is named. */
class ComposeSamplesTest {
    static List<Arguments> samples() {
        return List.of(
                sample("apache-php", List.of(), "services.web.build", "services.web.volumes[0]"),
                sample(
                        "elasticsearch-logstash-kibana",
                        List.of("elasticsearch", "kibana"),
                        "services.logstash.volumes[0]",
                        "services.logstash.volumes[1]"),
                sample("flask-redis", List.of("redis"), "services.web.build", "services.web.volumes[0]"),
                sample("gitea-postgres", List.of("gitea", "db")),
                sample("minecraft", List.of(), "services.minecraft.volumes[0]"),
                sample("nextcloud-redis-mariadb", List.of("nc", "redis", "db")),
                sample(
                        "nginx-flask-mysql",
                        List.of(),
                        "services.backend.build",
                        "services.backend.secrets[0]",
                        "services.db.secrets[0]",
                        "services.proxy.build"),
                sample(
                        "nginx-golang-postgres",
                        List.of(),
                        "services.backend.build",
                        "services.backend.secrets[0]",
                        "services.db.secrets[0]",
                        "services.proxy.volumes[0]"),
                sample(
                        "pihole-cloudflared-DoH",
                        List.of(),
                        "networks.dns-net.ipam",
                        "services.cloudflared.networks.dns-net.ipv4_address",
                        "services.pihole.cap_add[0]",
                        "services.pihole.volumes[0]",
                        "services.pihole.volumes[1]"),
                sample("portainer", List.of(), "services.portainer.volumes[0]"),
                sample(
                        "prometheus-grafana",
                        List.of(),
                        "services.grafana.volumes[0]",
                        "services.prometheus.volumes[0]"),
                sample("traefik-golang", List.of(), "services.backend.build", "services.frontend.volumes[0]"),
                sample(
                        "wireguard",
                        List.of(),
                        "services.wireguard.cap_add[0]",
                        "services.wireguard.cap_add[1]",
                        "services.wireguard.sysctls[0]",
                        "services.wireguard.volumes[0]",
                        "services.wireguard.volumes[1]",
                        "services.wireguard.volumes[2]"),
                sample("wordpress-mysql", List.of("db", "wordpress")));
    }

    private static Arguments sample(String name, List<String> services, String... refused) {
        return Arguments.of(name, services, List.of(refused));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void saysOfEachFileWhatCanRunAndWhatCannot(String name, List<String> services, List<String> refused)
            throws IOException {
        ComposeImport made = ComposeImport.of(text(name), ComposeOptions.NONE);
        assertThat(made.findings().stream()
                        .filter(Finding::refused)
                        .map(Finding::path)
                        .sorted()
                        .toList())
                .isEqualTo(refused);
        assertThat(made.services().stream().map(Planned::name).toList()).containsExactlyInAnyOrderElementsOf(services);
        assertThat(made.findings()).allSatisfy(finding -> {
            assertThat(finding.line()).as(finding.path()).isNotNull().isPositive();
            assertThat(finding.message()).isNotBlank();
        });
        assertThat(made.findings().stream().filter(f -> f.refused() && !f.path().endsWith("depends_on")))
                .allSatisfy(
                        finding -> assertThat(finding.hint()).as(finding.path()).isNotBlank());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void makesTheRestOnceWhatIsRefusedIsLeftOutOnPurpose(String name, List<String> services, List<String> refused)
            throws IOException {
        ComposeImport before = ComposeImport.of(text(name), ComposeOptions.NONE);
        Set<String> leaveOut = before.findings().stream()
                .filter(finding -> finding.refused() && !finding.path().endsWith("depends_on"))
                .map(Finding::path)
                .collect(java.util.stream.Collectors.toSet());
        java.util.Map<String, String> images = before.findings().stream()
                .filter(finding -> finding.path().endsWith(".build"))
                .collect(java.util.stream.Collectors.toMap(
                        f -> f.path().split("\\.")[1], _ -> "registry.example.com/app:1"));
        ComposeImport made = ComposeImport.of(
                text(name),
                new ComposeOptions(
                        java.util.Map.of(),
                        images,
                        java.util.Map.of(),
                        java.util.Map.of(),
                        Set.of(),
                        leaveOut,
                        name,
                        false));
        assertThat(made.refused()).as(made.findings().toString()).isFalse();
        assertThat(made.services()).isNotEmpty();
        assertThat(made.services().size()).isGreaterThanOrEqualTo(services.size());
    }

    private static String text(String name) throws IOException {
        try (InputStream file = ComposeSamplesTest.class.getResourceAsStream("/compose/" + name + ".yaml")) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
