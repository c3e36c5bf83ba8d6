package dev.berth.bench.ring;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** All of Berth, from {@code ./berth up -d}, in a data directory and on ports of its own. */
public final class Ring implements AutoCloseable {
    private final Path checkout;
    private final Path data;
    private final int port;

    private Ring(Path checkout, Path data, int port) {
        this.checkout = checkout;
        this.data = data;
        this.port = port;
    }

    /** Starts it and returns when everything is ready; it makes no start-up caches beside what is measured. */
    public static Ring up(Path checkout, Path data, int port) {
        return up(checkout, data, port, Map.of("BERTH_START_CACHE", "off"));
    }

    /** The same with settings of its own. */
    public static Ring up(Path checkout, Path data, int port, Map<String, String> settings) {
        Shell.run(
                checkout,
                settings,
                List.of(
                        "./berth",
                        "--no-build",
                        "up",
                        "-d",
                        "--data",
                        data.toString(),
                        "--port",
                        Integer.toString(port)));
        return new Ring(checkout, data, port);
    }

    /** The public API without a credential. */
    public Api anonymous() {
        return new Api(URI.create("http://127.0.0.1:" + port), Map.of());
    }

    /** The public API as the operator. */
    public Api operator() {
        try {
            return anonymous().as(Files.readString(data.resolve("operator.key")).strip());
        } catch (IOException e) {
            throw new IllegalStateException("the operator's key cannot be read", e);
        }
    }

    /** Signs up and waits until the account may launch; answers the body of the signup. */
    public JsonNode signUp() {
        return signUp(Map.of());
    }

    /** The same with more fields in the request. */
    public JsonNode signUp(Map<String, Object> more) {
        JsonNode signup = anonymous().signUp(more);
        Api customer = anonymous().as(signup.at("/api_key/secret").asString());
        Wait.until(
                "the account is ready",
                Duration.ofSeconds(60),
                () -> customer.get("/v1/account").at("/state").asString().equals("ready"));
        return signup;
    }

    /** The broker. */
    public String bootstrapServers() {
        return "127.0.0.1:" + (port + 5);
    }

    /** Where its data is. */
    public Path data() {
        return data;
    }

    @Override
    public void close() {
        Shell.run(checkout, List.of("./berth", "--no-build", "down", "--containers", "--data", data.toString()));
    }
}
