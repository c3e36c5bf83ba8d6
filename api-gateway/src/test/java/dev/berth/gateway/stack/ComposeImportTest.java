package dev.berth.gateway.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.edge.Refusal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeImportTest {
    private static Map<String, Object> only(String text) {
        ComposeImport made = ComposeImport.of(text, ComposeOptions.NONE);
        assertThat(made.refused()).as(made.findings().toString()).isFalse();
        assertThat(made.services()).hasSize(1);
        return made.services().getFirst().members();
    }

    private static List<String> refusedPaths(String text, ComposeOptions options) {
        return ComposeImport.of(text, options).findings().stream()
                .filter(Finding::refused)
                .map(Finding::path)
                .toList();
    }

    private static ComposeOptions with(
            Map<String, String> variables, Map<String, String> files, Set<String> profiles, Set<String> leaveOut) {
        return new ComposeOptions(variables, Map.of(), Map.of(), files, profiles, leaveOut, "shop", false);
    }

    @Test
    void readsEveryKeyThatAWorkloadHas() {
        Map<String, Object> members = only("""
                services:
                  web:
                    image: nginx:1.27
                    entrypoint: ["/bin/sh", "-c"]
                    command: exec nginx -g 'daemon off;'
                    environment: {A: 1, B: "two", C: true}
                    labels: ["team=red"]
                    ports: ["8080:80", "127.0.0.1:9000-9002:9000-9002/tcp", {target: 443, published: 8443}]
                    expose: [53]
                    restart: unless-stopped
                    read_only: true
                    working_dir: /srv
                    user: "1000:1000"
                    stop_signal: SIGINT
                    stdin_open: true
                    tty: true
                    stop_grace_period: 1m30s
                    deploy:
                      replicas: 3
                      resources: {limits: {cpus: "0.25", memory: 1.5G}}
                      update_config: {parallelism: 2, order: start-first, failure_action: rollback, monitor: 10s}
                    healthcheck: {test: ["CMD", "true"], interval: 10s, timeout: 3s, retries: 4, start_period: 20s}
                """);
        assertThat(members)
                .containsEntry("name", "web")
                .containsEntry("kind", "service")
                .containsEntry("image", "nginx:1.27")
                .containsEntry("command", List.of("/bin/sh", "-c"))
                .containsEntry("args", List.of("exec", "nginx", "-g", "daemon off;"))
                .containsEntry("env", Map.of("A", "1", "B", "two", "C", "true"))
                .containsEntry("labels", Map.of("team", "red"))
                .containsEntry("ports", List.of(53, 80, 443, 9000, 9001, 9002))
                .containsEntry("restart", "always")
                .containsEntry("read_only_root", true)
                .containsEntry("working_dir", "/srv")
                .containsEntry("user", "1000:1000")
                .containsEntry("stop_signal", "SIGINT")
                .containsEntry("stdin", true)
                .containsEntry("tty", true)
                .containsEntry("stop_grace_s", 90L)
                .containsEntry("replicas", BigInteger.valueOf(3))
                .containsEntry("cpu_millis", 250L)
                .containsEntry("memory_mib", 1536L)
                .containsEntry(
                        "rollout",
                        Map.of(
                                "strategy",
                                "rolling",
                                "max_surge",
                                BigInteger.TWO,
                                "max_unavailable",
                                0,
                                "rollback",
                                true,
                                "min_ready_s",
                                10L))
                .containsEntry(
                        "health_check",
                        Map.of(
                                "type", "exec",
                                "command", List.of("true"),
                                "interval_s", 10L,
                                "timeout_s", 3L,
                                "retries", 4L,
                                "start_period_s", 20L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "privileged: true",
                "cap_add: [SYS_ADMIN]",
                "devices: ['/dev/kvm:/dev/kvm']",
                "network_mode: host",
                "pid: host",
                "ipc: host",
                "userns_mode: host",
                "security_opt: ['seccomp:unconfined']",
                "sysctls: {net.ipv4.ip_forward: 1}",
                "volumes: ['/:/host']",
                "volumes: ['/var/run/docker.sock:/var/run/docker.sock']",
                "volumes: ['~/x:/x']",
                "volumes: ['C:\\x:/x']",
                "volumes: [{type: bind, source: /etc, target: /etc}]",
                "volumes: ['undeclared:/x']",
                "cgroup_parent: /",
                "runtime: runc",
                "extra_hosts: ['a:1.2.3.4']",
                "group_add: [docker]",
                "deploy: {mode: global}",
                "deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}",
                "networks: {x: {ipv4_address: 10.0.0.1}}",
                "extends: {service: other}",
                "imgae: oops"
            })
    void namesWhatATenantMustNotHave(String key) {
        String text = "services:\n  web:\n    image: nginx\n    " + key + "\n";
        assertThat(refusedPaths(text, ComposeOptions.NONE))
                .hasSize(1)
                .allSatisfy(path -> assertThat(path).startsWith("services.web." + key.substring(0, key.indexOf(':'))));
        assertThat(ComposeImport.of(text, ComposeOptions.NONE).services()).isEmpty();
    }

    @Test
    void takesWhatIsSaidNotToBeWanted() {
        String text = "services:\n  web:\n    image: nginx\n    cap_add: [NET_ADMIN]\n    volumes: ['./a:/a']\n";
        assertThat(refusedPaths(text, ComposeOptions.NONE))
                .containsExactly("services.web.cap_add[0]", "services.web.volumes[0]");
        ComposeImport made = ComposeImport.of(
                text, with(Map.of(), Map.of(), Set.of(), Set.of("services.web.cap_add", "services.web.volumes[0]")));
        assertThat(made.refused()).isFalse();
        assertThat(made.services()).hasSize(1);
        assertThat(made.findings())
                .hasSize(2)
                .allMatch(finding -> finding.message().startsWith("is left out"));
    }

    @Test
    void startsWhatOthersWaitForFirstAndMakesAJobOfWhatIsToEnd() {
        ComposeImport made = ComposeImport.of("""
                services:
                  web: {image: a, depends_on: {migrate: {condition: service_completed_successfully}, db: {condition: service_healthy}}}
                  migrate: {image: b, depends_on: [db]}
                  db: {image: c}
                """, ComposeOptions.NONE);
        assertThat(made.services().stream().map(Planned::name)).containsExactly("db", "migrate", "web");
        assertThat(made.services().get(1).members())
                .containsEntry("kind", "job")
                .doesNotContainKey("replicas");
        assertThat(made.services().get(2).members()).containsEntry("depends_on", List.of("db", "migrate"));
    }

    @Test
    void namesACircleAndWhatIsNotThere() {
        assertThat(refusedPaths("""
                services:
                  a: {image: a, depends_on: [b]}
                  b: {image: b, depends_on: [a]}
                  c: {image: c, depends_on: [nobody]}
                """, ComposeOptions.NONE))
                .containsExactlyInAnyOrder("services.a.depends_on", "services.b.depends_on", "services.c.depends_on");
    }

    @Test
    void fillsVariablesAndFilesAndProfiles() {
        String text = """
                services:
                  web:
                    image: "nginx:${TAG:-1}"
                    env_file: web.env
                    environment: [HOST, "URL=http://$$x/${PATH_PART}"]
                  debug: {image: tools, profiles: [debug]}
                """;
        ComposeImport made = ComposeImport.of(
                text,
                with(
                        Map.of("TAG", "2", "HOST", "h"),
                        Map.of("web.env", "# c\nexport A='x y'\nHOST=old\n"),
                        Set.of(),
                        Set.of()));
        assertThat(made.refused()).isFalse();
        assertThat(made.services()).hasSize(1);
        assertThat(made.services().getFirst().members())
                .containsEntry("image", "nginx:2")
                .containsEntry("env", Map.of("A", "x y", "HOST", "h", "URL", "http://$x/"));
        assertThat(made.findings().stream().map(Finding::message))
                .anyMatch(message -> message.contains("PATH_PART"))
                .anyMatch(message -> message.contains("profile"));
        assertThat(refusedPaths(text, ComposeOptions.NONE)).containsExactly("services.web.env_file");
        assertThat(ComposeImport.of(text, with(Map.of(), Map.of("web.env", ""), Set.of("debug"), Set.of()))
                        .services())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"25:25 | 25", "'\"6379\"' | 6379", "0.0.0.0:80:81/udp | 81", "\"[::1]:80:82\" | 82"})
    void readsPortsAsComposeDoes(String port, int expected) {
        assertThat(only("services:\n  web:\n    image: a\n    ports:\n      - " + port + "\n"))
                .containsEntry("ports", List.of(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "- a", "a: [", "a: 1\na: 2", "just text", "a: &x [*x]\nservices: {}", "\tservices: {}"})
    void refusesWhatIsNoComposeFile(String text) {
        assertThatThrownBy(() -> {
                    if (ComposeImport.of(text, ComposeOptions.NONE).refused()) {
                        throw Refusal.invalid(
                                List.of(new dev.berth.gateway.edge.Problem.FieldError("compose", "is refused")));
                    }
                })
                .isInstanceOf(Refusal.class);
    }

    @Test
    void aliasesThatMultiplyAreRefusedBeforeTheyAreRead() {
        StringBuilder text = new StringBuilder("x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (char c = 'b'; c <= 'j'; c++) {
            text.append("x-%1$c: &%1$c [".formatted(c));
            text.append(("*" + (char) (c - 1) + ", ").repeat(9))
                    .append("*")
                    .append((char) (c - 1))
                    .append("]\n");
        }
        assertThatThrownBy(() -> ComposeImport.of(text.append("services: {}\n").toString(), ComposeOptions.NONE))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void anchorsAndMergesWork() {
        ComposeImport made = ComposeImport.of("""
                x-base: &base {restart: always, environment: {A: "1"}}
                services:
                  a: {<<: *base, image: a}
                  b: {<<: *base, image: b, environment: {A: "2"}}
                """, ComposeOptions.NONE);
        assertThat(made.refused()).as(made.findings().toString()).isFalse();
        assertThat(made.services().get(0).members())
                .containsEntry("env", Map.of("A", "1"))
                .containsEntry("restart", "always");
        assertThat(made.services().get(1).members()).containsEntry("env", Map.of("A", "2"));
    }

    private static List<Map<String, Object>> networks(ComposeImport made, String service) {
        Object found = made.services().stream()
                .filter(planned -> planned.name().equals(service))
                .findFirst()
                .orElseThrow()
                .members()
                .getOrDefault("networks", List.of());
        return ((List<?>) found)
                .stream()
                        .map(one -> {
                            Map<String, Object> map = new java.util.TreeMap<>();
                            ((Map<?, ?>) one).forEach((key, value) -> map.put((String) key, value));
                            return map;
                        })
                        .toList();
    }

    private static ComposeOptions of(String stack) {
        return new ComposeOptions(Map.of(), Map.of(), Map.of(), Map.of(), Set.of(), Set.of(), stack, false);
    }

    @Test
    void networksAreTheStacksUnlessTheyHaveANameOfTheirOwn() {
        String text = """
                services:
                  web: {image: nginx, networks: [front, back, default]}
                  db:
                    image: nginx
                    networks:
                      back:
                        aliases: [db]
                  bus: {image: nginx, networks: [bus]}
                  plain: {image: nginx}
                networks:
                  front:
                  back: {internal: true, driver: bridge}
                  bus: {name: company-bus}
                """;
        ComposeImport made = ComposeImport.of(text, of("shop"));
        assertThat(made.refused()).as(made.findings().toString()).isFalse();
        assertThat(networks(made, "web"))
                .containsExactly(
                        Map.of("name", "shop--front"),
                        Map.of("name", "shop--back", "internal", true),
                        Map.of("name", "default"));
        assertThat(networks(made, "db")).containsExactly(Map.of("name", "shop--back", "internal", true));
        assertThat(networks(made, "bus")).containsExactly(Map.of("name", "company-bus"));
        assertThat(networks(made, "plain")).as("the account's own").isEmpty();
        assertThat(networks(ComposeImport.of(text, of("store")), "db"))
                .containsExactly(Map.of("name", "store--back", "internal", true));
        assertThat(networks(ComposeImport.of("name: named\n" + text, ComposeOptions.NONE), "db"))
                .containsExactly(Map.of("name", "named--back", "internal", true));
    }

    @Test
    void theDefaultNetworkOfAFileMayBeAnotherThanTheAccountsOwn() {
        String text = "services:\n  web: {image: nginx}\nnetworks:\n  default: ";
        assertThat(networks(ComposeImport.of(text + "{internal: true}", of("shop")), "web"))
                .containsExactly(Map.of("name", "shop--default", "internal", true));
        assertThat(networks(ComposeImport.of(text + "{name: company-bus}", of("shop")), "web"))
                .containsExactly(Map.of("name", "company-bus"));
        assertThat(networks(ComposeImport.of(text + "{driver: bridge}", of("shop")), "web"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "driver: overlay",
                "external: true",
                "ipam: {config: [{subnet: 10.0.0.0/24}]}",
                "driver_opts: {com.docker.network.bridge.name: docker0}",
                "intrenal: true"
            })
    void namesWhatANetworkMustNotHave(String key) {
        String text = "services:\n  web: {image: nginx, networks: [back]}\nnetworks:\n  back: {" + key + "}\n";
        assertThat(refusedPaths(text, ComposeOptions.NONE))
                .containsExactly("networks.back." + key.substring(0, key.indexOf(':')));
    }

    @Test
    void namesANetworkThatTheFileDoesNotDeclare() {
        assertThat(refusedPaths("services:\n  web: {image: nginx, networks: [back]}\n", ComposeOptions.NONE))
                .containsExactly("services.web.networks[0]");
    }

    /** No two stacks have a network in common, however they and their networks are called; each is found again under its key. */
    @Property
    void networksOfStacksAreApart(
            @ForAll("stackNames") String stack,
            @ForAll("stackNames") String other,
            @ForAll("networkKeys") String key,
            @ForAll("networkKeys") String otherKey) {
        String name = ComposeNetworks.scoped(stack, key);
        assertThat(name).matches("[a-z][a-z0-9-]{0,38}");
        boolean same = stack.equals(other) && key.equals(otherKey);
        assertThat(name.equals(ComposeNetworks.scoped(other, otherKey))).isEqualTo(same);
        String again = ComposeNetworks.keyOf(stack, name).orElseThrow();
        assertThat(ComposeNetworks.scoped(stack, again)).isEqualTo(name);
        if (!stack.equals(other)) {
            assertThat(ComposeNetworks.keyOf(other, name)).isEmpty();
        }
    }

    @Provide
    Arbitrary<String> stackNames() {
        return Arbitraries.strings()
                .withChars("ab1-_")
                .ofMinLength(1)
                .ofMaxLength(24)
                .filter(name -> name.matches("[a-z0-9](?:[-_a-z0-9]{0,62}[a-z0-9])?"));
    }

    @Provide
    Arbitrary<String> networkKeys() {
        return Arbitraries.strings().withChars("abA1-_.").ofMinLength(1).ofMaxLength(30);
    }

    @Test
    void whatComposeHasNoWordsForStandsBehindWhatItHas() {
        Map<String, Object> members = only("""
                services:
                  web:
                    image: a
                    secrets: [tls]
                    x-berth:
                      secrets: [{name: db, env: DB}]
                      files: [{path: /bin/hook, content: "$$x", executable: true}]
                secrets: {tls: {external: true}}
                """);
        assertThat(members)
                .containsEntry(
                        "secrets",
                        List.of(Map.of("name", "tls", "path", "/run/secrets/tls"), Map.of("name", "db", "env", "DB")))
                .containsEntry("files", List.of(Map.of("path", "/bin/hook", "content", "$x", "executable", true)))
                .doesNotContainKey("replicas");
    }
}
