package dev.berth.provisioner.engine;

import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks a registry what an image is made of before the engine fetches it, since afterwards its bytes are on the host's disk, and
 * names the very manifest that was looked at, since a tag may mean another a moment later. Where the account has a password for the
 * registry it is shown to that registry, and to where it sends for tokens; otherwise it is asked as by a stranger, and what needs a
 * password is not there. Thread-safe.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution specification</a>
 */
final class Registry {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final int MOST_ANSWER_BYTES = 4 << 20;
    private static final String FORMS = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");
    private static final Pattern PARAMETER = Pattern.compile("([a-zA-Z]+)=\"([^\"]*)\"");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    private final ImageProperties properties;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    Registry(ImageProperties properties) {
        this.properties = properties;
    }

    /**
     * What the engine is to fetch: exactly this, and no more bytes than these.
     *
     * @param layers packed sizes in bytes by digests, the configuration's among them
     */
    record Found(ImageReference pinned, Map<String, Long> layers) {}

    /**
     * Looks at an image.
     *
     * @param architecture of the engine, in the words of Go, such as {@code amd64}
     * @param auth for the registry of the image; null for none
     * @throws EngineException.Refused if it is larger than the operator allows, or the registry is nobody's to ask
     * @throws EngineException.Missing if the registry has none of that name for whoever asks
     * @throws EngineException.Failed if the registry does not answer as it should; it may later
     */
    Found look(ImageReference image, String architecture, @Nullable RegistryAuth auth) {
        if (auth != null && !auth.registry().equals(image.registry())) {
            throw new IllegalArgumentException("a password for %s is not for %s".formatted(auth.registry(), image));
        }
        try {
            return new Visit(RegistryName.of(image.name()), auth).look(image, architecture);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new EngineException.Failed("the registry's answer cannot be read: " + e.getMessage(), e);
        }
    }

    /** One look, with what it was let in by. */
    private final class Visit {
        private final RegistryName place;
        private final @Nullable RegistryAuth auth;
        private @Nullable String pass;

        Visit(RegistryName place, @Nullable RegistryAuth auth) {
            this.place = place;
            this.auth = auth;
        }

        Found look(ImageReference image, String architecture) {
            Document document = manifest(image.version());
            if (document.json().has("manifests")) {
                document = manifest(digestFor(document.json(), architecture));
            }
            return new Found(image.digest() ? image : image.at(document.digest()), check(document.json()));
        }

        private Document manifest(String version) {
            URI uri = base(place.host()).resolve("/v2/%s/manifests/%s".formatted(place.path(), version));
            HttpResponse<byte[]> answer = get(uri);
            if (answer.statusCode() == 401 && pass == null) {
                pass = passFor(answer.headers().firstValue("WWW-Authenticate").orElse(""));
                answer = get(uri);
            }
            int status = answer.statusCode();
            if (status == 401 || status == 403 || status == 404) {
                throw new EngineException.Missing(
                        "the registry %s has no such image for %s (%d)".formatted(place.host(), asker(), status), null);
            }
            if (status != 200) {
                throw new EngineException.Failed("the registry %s answered %d".formatted(place.host(), status), null);
            }
            String digest = "sha256:" + sha256(answer.body());
            if (DIGEST.matcher(version).matches() && !digest.equals(version)) {
                throw new EngineException.Refused(
                        "the registry %s sent another manifest than %s".formatted(place.host(), version), null);
            }
            return new Document(digest, Json.mapper().readTree(answer.body()));
        }

        private HttpResponse<byte[]> get(URI uri) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", FORMS);
            if (pass != null) {
                request.header("Authorization", pass);
            }
            return send(request.build());
        }

        private String asker() {
            return auth == null ? "everybody" : "the account's credentials";
        }

        /** What lets one in where nobody is without it (RFC 9110, 11; the distribution project's token specification). */
        private String passFor(String challenge) {
            String scheme = challenge.toLowerCase(Locale.ROOT);
            if (scheme.startsWith("bearer ")) {
                return "Bearer " + tokenFor(challenge);
            }
            if (auth == null || !scheme.startsWith("basic")) {
                throw new EngineException.Missing("the registry %s wants a password".formatted(place.host()), null);
            }
            return basic(auth);
        }

        private String tokenFor(String challenge) {
            String realm = "";
            String service = "";
            Matcher matcher = PARAMETER.matcher(challenge);
            while (matcher.find()) {
                switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
                    case "realm" -> realm = matcher.group(2);
                    case "service" -> service = matcher.group(2);
                    default -> {}
                }
            }
            URI asked = URI.create(realm);
            if (asked.getHost() == null) {
                throw new EngineException.Failed("the registry names no place to ask for a token", null);
            }
            String authority = asked.getPort() < 0 ? asked.getHost() : asked.getHost() + ":" + asked.getPort();
            URI uri = base(authority)
                    .resolve("%s?service=%s&scope=%s"
                            .formatted(
                                    asked.getRawPath(),
                                    encode(service),
                                    encode("repository:" + place.path() + ":pull")));
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            if (auth != null) {
                request.header("Authorization", basic(auth));
            }
            HttpResponse<byte[]> answer = send(request.build());
            int status = answer.statusCode();
            if (status >= 500) {
                throw new EngineException.Failed(
                        "the registry %s could give no token (%d)".formatted(place.host(), status), null);
            }
            if (status != 200) {
                throw new EngineException.Missing(
                        "the registry %s gives no token for %s (%d)".formatted(place.host(), asker(), status), null);
            }
            JsonNode json = Json.mapper().readTree(answer.body());
            return json.path("token").asString(json.path("access_token").asString(""));
        }
    }

    private record Document(String digest, JsonNode json) {}

    private static String basic(RegistryAuth auth) {
        byte[] pair = (auth.username() + ":" + auth.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private Map<String, Long> check(JsonNode manifest) {
        JsonNode layers = manifest.path("layers");
        if (!layers.isArray() || !manifest.path("config").path("size").isIntegralNumber()) {
            throw new EngineException.Refused(
                    "the image has a manifest of a form that is not accepted; push it with a newer tool", null);
        }
        if (layers.size() > ImagePolicy.MAX_LAYERS) {
            throw new EngineException.Refused(
                    "the image has %d layers, at most %d are accepted".formatted(layers.size(), ImagePolicy.MAX_LAYERS),
                    null);
        }
        long config = manifest.path("config").path("size").asLong();
        if (config < 0 || config > ImagePolicy.MAX_CONFIG_BYTES) {
            throw new EngineException.Refused(
                    "the image's configuration has %d bytes, at most %d are accepted"
                            .formatted(config, ImagePolicy.MAX_CONFIG_BYTES),
                    null);
        }
        long bytes = config;
        Map<String, Long> sizes = new HashMap<>();
        sizes.put(manifest.path("config").path("digest").asString(""), config);
        for (JsonNode layer : layers) {
            long size = layer.path("size").asLong(-1);
            if (size < 0 || size > properties.maxImageBytes() || bytes + size > properties.maxImageBytes()) {
                throw new EngineException.Refused(
                        "the image has more than the %d MiB that are accepted".formatted(properties.maxImageMib()),
                        null);
            }
            bytes += size;
            sizes.put(layer.path("digest").asString(""), size);
        }
        return sizes;
    }

    /** The one of an index that the engine would choose. */
    private static String digestFor(JsonNode index, String architecture) {
        for (JsonNode one : index.path("manifests")) {
            JsonNode platform = one.path("platform");
            String digest = one.path("digest").asString("");
            if (platform.path("os").asString("").equals("linux")
                    && platform.path("architecture").asString("").equals(architecture)
                    && DIGEST.matcher(digest).matches()) {
                return digest;
            }
        }
        throw new EngineException.Refused("the image is not made for linux/%s".formatted(architecture), null);
    }

    /** As the engine does: without encryption on this very machine only. */
    private URI base(String authority) {
        String host = URI.create("https://" + authority).getHost();
        if (host == null) {
            throw new EngineException.Refused("'%s' is no host".formatted(authority), null);
        }
        InetAddress address = RegistryAddress.resolve(host, properties.allowsInternal(authority));
        return URI.create((address.isLoopbackAddress() ? "http://" : "https://") + authority);
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(
                request,
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
        try {
            return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException.Failed("the registry was not waited for", e);
        } catch (TimeoutException e) {
            throw new EngineException.Failed(
                    "the registry did not answer within %d s".formatted(ANSWER.toSeconds()), e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof IOException io ? io : e;
            throw new EngineException.Failed("the registry could not be reached: " + cause, e);
        } finally {
            answer.cancel(true);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
