package dev.berth.provisioner.engine;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.CpuUsageConfig;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Statistics;
import dev.berth.schema.id.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answers of the Docker Engine that come in pieces: output, events, the progress of a pull. */
final class DockerStreams {
    private static final Logger LOG = LoggerFactory.getLogger(DockerStreams.class);
    private static final Duration LOGS_AT_MOST = Duration.ofSeconds(60);

    /** Podman takes one count of the kernel from another and lets it pass below zero; nobody here reads it. */
    @JsonIgnoreProperties({"usage_in_usermode", "usage_in_kernelmode"})
    private interface WithoutUserMode {}

    private static final ObjectMapper STATISTICS = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(CpuUsageConfig.class, WithoutUserMode.class);

    private static final Duration STATS_AT_MOST = Duration.ofSeconds(10);
    private static final Duration SAMPLE_AT_MOST = Duration.ofSeconds(3);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final DockerCalls calls;
    private final String installation;

    DockerStreams(DockerCalls calls, String installation) {
        this.calls = calls;
        this.installation = installation;
    }

    void logs(String name, LogQuery query, Consumer<LogLine> sink) {
        DockerClient client =
                query.follow() ? calls.streaming(CONNECT) : calls.call("connect", CONNECT, known -> known);
        LogContainerCmd command = client.logContainerCmd(name)
                .withStdOut(true)
                .withStdErr(true)
                .withTimestamps(true)
                .withFollowStream(query.follow());
        Integer tail = query.tail();
        command = tail == null ? command.withTailAll() : command.withTail(tail);
        Instant since = query.since();
        if (since != null && since.getEpochSecond() > 0) {
            command = command.withSince((int) Math.min(Integer.MAX_VALUE, since.getEpochSecond()));
        }
        drain("logs", command.exec(new DockerLines(since, sink)), query.follow() ? null : LOGS_AT_MOST);
    }

    void events(Consumer<EngineEvent> sink) {
        ResultCallback.Adapter<Event> callback = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Event event) {
                EngineEvent hint = hint(event);
                if (hint != null) {
                    sink.accept(hint);
                }
            }
        };
        drain(
                "events",
                calls.streaming(CONNECT)
                        .eventsCmd()
                        .withEventTypeFilter(EventType.CONTAINER)
                        .withLabelFilter(Map.of(Labels.INSTALLATION, installation))
                        .exec(callback),
                null);
    }

    private @Nullable EngineEvent hint(Event event) {
        if (event.getActor() == null || event.getAction() == null) {
            return null;
        }
        ContainerId container = Labels.containerOf(event.getActor().getAttributes(), installation);
        if (container == null) {
            return null;
        }
        EngineEvent.Action action = switch (event.getAction()) {
            case "start" -> EngineEvent.Action.STARTED;
            case "die", "oom", "destroy" -> EngineEvent.Action.ENDED;
            case "kill", "restart", "stop" -> EngineEvent.Action.SIGNALLED;
            default -> EngineEvent.Action.OTHER;
        };
        return new EngineEvent(container, action);
    }

    ContainerEngine.Exit exec(String name, List<String> command, Duration atMost) {
        String id = calls.call(
                "exec",
                CONNECT,
                client -> client.execCreateCmd(name)
                        .withCmd(command.toArray(String[]::new))
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .exec()
                        .getId());
        StringBuilder output = new StringBuilder();
        ResultCallback.Adapter<Frame> frames = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
                if (output.length() < ContainerEngine.MOST_OUTPUT) {
                    output.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                }
            }
        };
        try {
            drain("exec", calls.streaming(CONNECT).execStartCmd(id).exec(frames), atMost);
        } catch (EngineException.Away e) {
            throw new EngineException.Failed("it had not ended after %d ms".formatted(atMost.toMillis()), e);
        }
        Long code = calls.call(
                "exec", CONNECT, client -> client.inspectExecCmd(id).exec().getExitCodeLong());
        String text = output.length() > ContainerEngine.MOST_OUTPUT
                ? output.substring(0, ContainerEngine.MOST_OUTPUT)
                : output.toString();
        if (code == null) {
            throw new EngineException.Failed("the engine does not say how it ended", null);
        }
        return new ContainerEngine.Exit(code.intValue(), text);
    }

    Stats stats(String name) {
        Stats first = look(name);
        if (first.cpuMillis() != null) {
            return first;
        }
        try {
            Thread.sleep(BETWEEN_LOOKS); // as Docker does by itself, to know a rate
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return first;
        }
        return look(name).since(first);
    }

    private Stats look(String name) {
        return statistics("stats", STATS_AT_MOST, name, "");
    }

    /** One look, at which the engine does not wait for a second one; docker-java knows no {@code one-shot}. */
    Stats sample(String name) {
        return statistics("sample", SAMPLE_AT_MOST, name, "&one-shot=true");
    }

    /**
     * Read with a mapper of our own: docker-java's reader of its objects asks the mapper that it came with, whatever is registered, and
     * that takes no count which went below zero.
     */
    private Stats statistics(String verb, Duration atMost, String name, String how) {
        JsonNode answer =
                calls.get(verb, atMost, "/containers/%s/stats?stream=false%s".formatted(name, how), JsonNode.class);
        try {
            return Stats.of(STATISTICS.treeToValue(answer, Statistics.class))
                    .orElseThrow(() -> new EngineException.Conflict("the container does not run", null));
        } catch (JsonProcessingException e) {
            throw new EngineException.Failed("the engine's statistics cannot be read", e);
        }
    }

    /** Waits for the end of a stream; without a limit until the thread is interrupted. */
    private void drain(String verb, ResultCallback.Adapter<?> stream, @Nullable Duration atMost) {
        try {
            if (atMost == null) {
                stream.awaitCompletion();
            } else if (!stream.awaitCompletion(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EngineException.Away("the engine did not end '%s' in time".formatted(verb), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            throw calls.translate(verb, e);
        } finally {
            try {
                stream.close();
            } catch (IOException e) {
                LOG.debug("a stream of the engine did not close cleanly", e);
            }
        }
    }

    /** Fetches an image; breaks off when more bytes come than those of its layers, which a registry's manifest promised. */
    void pull(DockerClient client, ImageReference image, Map<String, Long> layers, PullOrder order) {
        PullProgress progress = new PullProgress(layers, order.watch());
        Duration atMost = order.atMost();
        PullImageCmd command = client.pullImageCmd(image.name()).withTag(image.version());
        RegistryAuth auth = order.auth();
        if (auth != null) {
            command = command.withAuthConfig(new AuthConfig()
                    .withRegistryAddress(auth.registry())
                    .withUsername(auth.username())
                    .withPassword(auth.password()));
        }
        try (progress) {
            command.exec(progress);
            if (!progress.awaitCompletion(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EngineException.Failed(
                        "the image was not there after %d s".formatted(atMost.toSeconds()), null);
            }
            if (progress.exceeded()) {
                throw tooMuch(progress.mostBytes());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException.Failed("the pull was interrupted", e);
        } catch (DockerClientException e) {
            throw progress.exceeded() ? tooMuch(progress.mostBytes()) : pullFailure(e);
        } catch (IOException e) {
            throw new EngineException.Failed(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            if (e instanceof EngineException.Refused || e instanceof EngineException.Failed) {
                throw e;
            }
            EngineException known = calls.translate("pull", e);
            throw known instanceof EngineException.Away ? known : pullFailure(known);
        }
    }

    private static EngineException tooMuch(long mostBytes) {
        return new EngineException.Refused(
                "the registry sent more than the %d bytes that the image's manifest promises".formatted(mostBytes),
                null);
    }

    /** A registry says in words whether it has no such image or only did not answer. */
    private static EngineException pullFailure(Exception e) {
        String message = String.valueOf(e.getMessage());
        String words = message.toLowerCase(Locale.ROOT);
        boolean missing = e instanceof EngineException.Missing
                || words.contains("not found")
                || words.contains("denied")
                || words.contains("unauthorized")
                || words.contains("manifest unknown")
                || words.contains("does not exist");
        return missing && !words.contains("no such host")
                ? new EngineException.Missing(message, e)
                : new EngineException.Failed(message, e);
    }
}
