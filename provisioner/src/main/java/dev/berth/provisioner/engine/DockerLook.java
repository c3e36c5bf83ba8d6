package dev.berth.provisioner.engine;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the engine says of containers, read as narrowly as it is used: these are the calls of a world that does not change, and docker-java
 * would make objects of each port, mount and path of every container, every few seconds.
 */
final class DockerLook {
    private static final Duration QUICK = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

    private final DockerCalls calls;
    private final String installation;
    private final String listPath;

    DockerLook(DockerCalls calls, String installation) {
        this.calls = calls;
        this.installation = installation;
        this.listPath = "/containers/json?all=1&filters="
                + URLEncoder.encode(
                        "{\"label\":[\"%s=%s\"]}".formatted(Labels.INSTALLATION, installation), StandardCharsets.UTF_8);
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Entry(
            @JsonProperty("Id") String id,
            @JsonProperty("Names") @Nullable List<String> names,
            @JsonProperty("Labels") @Nullable Map<String, String> labels,
            @JsonProperty("State") @Nullable String state) {
        Listed listed(String installation) {
            String name = names == null || names.isEmpty() ? "" : names.getFirst();
            return new Listed(
                    id,
                    name.startsWith("/") ? name.substring(1) : name,
                    Labels.containerOf(labels, installation),
                    "running".equals(state) || "paused".equals(state));
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Whole(
            @JsonProperty("Id") String id,
            @JsonProperty("State") State state,
            @JsonProperty("Config") Config config,
            @JsonProperty("HostConfig") @Nullable HostConfig hostConfig,
            @JsonProperty("NetworkSettings") @Nullable NetworkSettings networkSettings) {
        Map<String, Network> networks() {
            return networkSettings == null || networkSettings.networks() == null
                    ? Map.of()
                    : networkSettings.networks();
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record State(
            @JsonProperty("Running") boolean running,
            @JsonProperty("Paused") boolean paused,
            @JsonProperty("OOMKilled") boolean oomKilled,
            @JsonProperty("ExitCode") @Nullable Long exitCode,
            @JsonProperty("Error") @Nullable String error,
            @JsonProperty("StartedAt") @Nullable String startedAt,
            @JsonProperty("FinishedAt") @Nullable String finishedAt) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Config(@JsonProperty("Labels") @Nullable Map<String, String> labels) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record HostConfig(
            @JsonProperty("Memory") long memory,
            @JsonProperty("NanoCpus") long nanoCpus) {
        @Nullable
        Size limits() {
            return memory >> 20 == 0 || nanoCpus / 1_000_000 == 0
                    ? null
                    : Size.of(Math.toIntExact(nanoCpus / 1_000_000), Math.toIntExact(memory >> 20));
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record NetworkSettings(
            @JsonProperty("Networks") @Nullable Map<String, Network> networks) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Network(@JsonProperty("IPAddress") @Nullable String address) {}

    List<Listed> list() {
        return Arrays.stream(calls.get("list", LOOK, listPath, Entry[].class))
                .map(one -> one.listed(installation))
                .toList();
    }

    Optional<Seen> inspect(String name) {
        try {
            return Optional.of(seen(calls.get("inspect", QUICK, "/containers/%s/json".formatted(name), Whole.class)));
        } catch (EngineException.Missing e) {
            return Optional.empty();
        }
    }

    private Seen seen(Whole answer) {
        State state = answer.state();
        Instant startedAt = time(state.startedAt());
        Long exitCode = state.exitCode();
        return new Seen(
                answer.id(),
                Labels.containerOf(answer.config().labels(), installation),
                state.running(),
                startedAt,
                time(state.finishedAt()),
                state.running() || startedAt == null || exitCode == null ? null : exitCode.intValue(),
                state.oomKilled(),
                Objects.requireNonNullElse(state.error(), ""),
                answer.hostConfig() == null ? null : answer.hostConfig().limits(),
                state.running() ? address(answer) : null,
                Labels.stopSignalOf(answer.config().labels()),
                answer.networks().keySet(),
                state.paused());
    }

    private static @Nullable String address(Whole answer) {
        return answer.networks().values().stream()
                .map(Network::address)
                .filter(address -> address != null && !address.isEmpty())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Instant time(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        Instant instant = OffsetDateTime.parse(text).toInstant();
        return instant.isAfter(ZERO) ? instant.truncatedTo(ChronoUnit.MILLIS) : null;
    }
}
