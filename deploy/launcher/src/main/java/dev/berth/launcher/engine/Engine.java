package dev.berth.launcher.engine;

import dev.berth.launcher.data.LaunchException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Docker Engine, as far as the launcher needs one. Safe for use by several threads. */
public final class Engine {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration QUICK = Duration.ofSeconds(10);

    private final String host;
    private final EngineHttp http;

    /**
     * The engine at that address.
     *
     * @param host {@code unix:///path} or {@code tcp://host:port}
     */
    public Engine(String host) {
        this.host = host;
        this.http = EngineHttp.at(host);
    }

    /** Its address. */
    public String host() {
        return host;
    }

    /** Whether it answers. */
    public boolean answers() {
        try {
            return http.call("GET", "/_ping", "", new byte[0], QUICK).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Why it does not answer; empty when it does. */
    public Optional<String> problem() {
        try {
            EngineHttp.Answer answer = http.call("GET", "/_ping", "", new byte[0], QUICK);
            return answer.status() == 200 ? Optional.empty() : Optional.of("it answers " + answer.status());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** {@code GET /version}. */
    public JsonNode version() {
        return get("/version");
    }

    /** {@code GET /info}. */
    public JsonNode info() {
        return get("/info");
    }

    /** What inspect says of a container; empty when there is none of that id. */
    public Optional<JsonNode> inspect(String container) {
        EngineHttp.Answer answer = call("GET", "/containers/" + encoded(container) + "/json", QUICK);
        return answer.status() == 404 ? Optional.empty() : Optional.of(json(answer));
    }

    /** The events of a container so far, oldest first. */
    public List<JsonNode> events(String container, Instant since, Instant until) {
        String filters = "{\"container\":[\"%s\"],\"type\":[\"container\"]}".formatted(container);
        EngineHttp.Answer answer = call(
                "GET",
                "/events?since=%d&until=%d&filters=%s"
                        .formatted(since.getEpochSecond(), until.getEpochSecond() + 1, encoded(filters)),
                Duration.ofSeconds(30));
        List<JsonNode> events = new ArrayList<>();
        for (String line : answer.text().split("\n")) {
            if (!line.isBlank()) {
                events.add(JSON.readTree(line));
            }
        }
        return events;
    }

    /** The ids of running containers that an installation made, frozen ones too. */
    public List<String> runningContainers(String installation) {
        String filters = "{\"label\":[\"dev.berth.installation=%s\"],\"status\":[\"running\",\"paused\"]}"
                .formatted(installation);
        List<String> ids = new ArrayList<>();
        get("/containers/json?filters=" + encoded(filters))
                .forEach(container -> ids.add(container.path("Id").asString("")));
        return ids;
    }

    /** Stops a container, with that time for an orderly end; one that is frozen goes on for it. */
    public void stop(String container, Duration grace) {
        call("POST", "/containers/%s/unpause".formatted(encoded(container)), QUICK); // an error where it is not frozen
        call("POST", "/containers/%s/stop?t=%d".formatted(encoded(container), grace.toSeconds()), grace.plus(QUICK));
    }

    /** Whether it has an image of that name. */
    public boolean hasImage(String name) {
        return call("GET", "/images/" + name + "/json", QUICK).status() == 200;
    }

    /** Pulls an image. Returns why it could not; empty when it could. */
    public Optional<String> pull(String image, String tag, Duration limit) {
        try {
            EngineHttp.Answer answer = http.call(
                    "POST",
                    "/images/create?fromImage=%s&tag=%s".formatted(encoded(image), encoded(tag)),
                    "",
                    new byte[0],
                    limit);
            return failure(answer);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Builds an image from a tar with a Dockerfile. Returns why it could not; empty when it could. */
    public Optional<String> build(String tag, byte[] tar, Duration limit) {
        try {
            return failure(http.call("POST", "/build?rm=1&t=" + encoded(tag), "application/x-tar", tar, limit));
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Streams of progress end with 200 even on failure: the failure is one of their lines. */
    private static Optional<String> failure(EngineHttp.Answer answer) {
        if (answer.status() >= 300) {
            return Optional.of(answer.text().strip());
        }
        for (String line : answer.text().split("\r?\n")) {
            if (line.contains("\"error\"")) {
                return Optional.of(JSON.readTree(line).path("error").asString(line));
            }
        }
        return Optional.empty();
    }

    private JsonNode get(String path) {
        return json(call("GET", path, QUICK));
    }

    private JsonNode json(EngineHttp.Answer answer) {
        if (answer.status() >= 300) {
            throw failed(
                    "it answers %d: %s".formatted(answer.status(), answer.text().strip()), null);
        }
        try {
            return JSON.readTree(answer.body());
        } catch (JacksonException e) {
            throw failed("its answer is no JSON: " + e.getMessage(), e);
        }
    }

    private EngineHttp.Answer call(String method, String path, Duration limit) {
        try {
            return http.call(method, path, "", new byte[0], limit);
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        }
    }

    private LaunchException failed(String why, @org.jspecify.annotations.Nullable Throwable cause) {
        String problem = "The Docker Engine at %s does not do what it is asked: %s".formatted(host, why);
        String advice = "./berth doctor looks closer.";
        return cause == null ? new LaunchException(problem, advice) : new LaunchException(problem, advice, cause);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
