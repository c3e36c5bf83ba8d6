package dev.berth.client.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The profiles in {@code ~/.config/berth/config.json}, which is {@code $BERTH_CONFIG} or in {@code $XDG_CONFIG_HOME} where these are set.
 * {@code BERTH_URL} and {@code BERTH_API_KEY} come before what is in it.
 */
public final class Profiles {
    /** The name of the first. */
    public static final String FIRST = "default";

    private final Path file;
    private final Map<String, String> environment;

    /** Those that an environment names. */
    public Profiles(Map<String, String> environment) {
        this.environment = environment;
        this.file = file(environment);
    }

    private static Path file(Map<String, String> environment) {
        String given = environment.get("BERTH_CONFIG");
        if (given != null && !given.isEmpty()) {
            return Path.of(given);
        }
        String xdg = environment.get("XDG_CONFIG_HOME");
        Path folder = xdg != null && !xdg.isEmpty()
                ? Path.of(xdg)
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config");
        return folder.resolve("berth").resolve("config.json");
    }

    /** Where they are. */
    public Path file() {
        return file;
    }

    /**
     * The one to call as: the environment first, then the named one, then the current one; empty for nobody.
     *
     * @param name null for the current one
     */
    public Optional<Profile> chosen(@Nullable String name) {
        String url = environment.getOrDefault("BERTH_URL", "");
        String key = environment.getOrDefault("BERTH_API_KEY", "");
        Optional<Profile> stored = name == null && !url.isEmpty() && !key.isEmpty()
                ? Optional.empty()
                : named(name == null ? current() : name);
        if (name != null || (url.isEmpty() && key.isEmpty())) {
            return stored;
        }
        String where = url.isEmpty() ? stored.map(Profile::url).orElse("") : url;
        // A key is for where it was made: another address does not get the stored one.
        String who = key.isEmpty()
                ? stored.filter(profile -> profile.url().equals(where))
                        .map(Profile::key)
                        .orElse("")
                : key;
        return where.isEmpty() ? Optional.empty() : Optional.of(new Profile("environment", where, who, "", ""));
    }

    /** The name of the current one. */
    public String current() {
        return environment.getOrDefault("BERTH_PROFILE", read().path("current").asString(FIRST));
    }

    /** All, by name. */
    public List<Profile> all() {
        List<Profile> all = new ArrayList<>();
        read().path("profiles").forEachEntry((name, one) -> all.add(profile(name, one)));
        return all;
    }

    /** One of them. */
    public Optional<Profile> named(String name) {
        JsonNode one = read().path("profiles").path(name);
        return one.isObject() ? Optional.of(profile(name, one)) : Optional.empty();
    }

    private static Profile profile(String name, JsonNode one) {
        return new Profile(
                name,
                one.path("url").asString(""),
                one.path("key").asString(""),
                one.path("key_id").asString(""),
                one.path("email").asString(""));
    }

    /** Keeps one and makes it the current one. */
    public void keep(Profile profile) {
        ObjectNode all = read();
        all.put("current", profile.name());
        all.withObject("/profiles")
                .putObject(profile.name())
                .put("url", profile.url())
                .put("key", profile.key())
                .put("key_id", profile.keyId())
                .put("email", profile.email());
        write(all);
    }

    /** Makes one the current one. */
    public void use(String name) {
        write(read().put("current", name));
    }

    /** Forgets one. */
    public void forget(String name) {
        ObjectNode all = read();
        all.withObject("/profiles").remove(name);
        write(all);
    }

    private ObjectNode read() {
        if (!Files.exists(file)) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return JsonMapper.shared().readTree(Files.readString(file)) instanceof ObjectNode node
                    ? node
                    : JsonNodeFactory.instance.objectNode();
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "%s is not the JSON that 'berth login' writes: mend or delete it".formatted(file), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(ObjectNode all) {
        try {
            Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
            Path next = Files.createTempFile(
                    folder,
                    "config",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(next, all.toPrettyString() + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
