package dev.berth.gateway.workload;

import dev.berth.gateway.edge.GivenName;
import dev.berth.schema.workload.ContentLimits;
import dev.berth.schema.workload.FileWish;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules for secrets and files in containers. Pure. */
final class ContentRules {
    private ContentRules() {}

    static List<SecretWish> secrets(
            @Nullable List<@Nullable SecretShape> asked, List<SecretWish> now, FieldCheck check) {
        if (asked == null) {
            return now;
        }
        if (tooMany("secrets", asked.size(), check)) {
            return List.of();
        }
        List<SecretWish> wishes = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            SecretShape shape = asked.get(i);
            String field = "secrets[%d]".formatted(i);
            String name = shape == null ? null : shape.name();
            if (shape == null || name == null || !GivenName.is(name)) {
                check.wrong(field + ".name", "is required: the name of a secret");
                continue;
            }
            if (shape.env() != null && shape.path() != null) {
                check.wrong(field + ".path", "and env exclude each other");
                continue;
            }
            if (shape.env() != null && !ContentLimits.isVariable(shape.env())) {
                check.wrong(field + ".env", "must be named with letters, digits and '_', and not begin with a digit");
                continue;
            }
            String path = shape.env() != null
                    ? null
                    : MountRules.path(
                            field + ".path", shape.path() == null ? "/run/secrets/" + name : shape.path(), check);
            if (shape.env() != null || path != null) {
                wishes.add(new SecretWish(name, 0, shape.env(), path, ""));
            }
        }
        return wishes;
    }

    static List<FileWish> files(@Nullable List<@Nullable FileShape> asked, List<FileWish> now, FieldCheck check) {
        if (asked == null) {
            return now;
        }
        if (tooMany("files", asked.size(), check)) {
            return List.of();
        }
        List<FileWish> wishes = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            FileShape shape = asked.get(i);
            String field = "files[%d]".formatted(i);
            String content = shape == null ? null : shape.content();
            if (shape == null || content == null) {
                check.wrong(field + ".content", "is required");
                continue;
            }
            if (!ContentLimits.isContent(content)) {
                check.wrong(
                        field + ".content",
                        "must be text without NUL characters, of at most %d bytes"
                                .formatted(ContentLimits.MAX_FILE_BYTES));
                continue;
            }
            String path = MountRules.path(field + ".path", shape.path(), check);
            if (path != null) {
                wishes.add(new FileWish(path, content, Boolean.TRUE.equals(shape.executable())));
            }
        }
        return wishes;
    }

    private static boolean tooMany(String field, int size, FieldCheck check) {
        if (size > ContentLimits.MAX_ITEMS) {
            check.wrong(field, "must have at most %d items".formatted(ContentLimits.MAX_ITEMS));
        }
        return size > ContentLimits.MAX_ITEMS;
    }

    /** Whether what came from several fields goes together: no path and no variable twice, no volume on a file. */
    static void apart(Manner manner, Map<String, String> env, FieldCheck check) {
        Set<String> paths = new HashSet<>();
        Set<String> variables = new HashSet<>(env.keySet());
        for (SecretWish secret : manner.secrets()) {
            if (secret.env() != null && !variables.add(secret.env())) {
                check.wrong("secrets", "and env both set the variable '%s'".formatted(secret.env()));
            }
            if (secret.path() != null) {
                alone("secrets", secret.path(), paths, manner.volumes(), check);
            }
        }
        for (FileWish file : manner.files()) {
            alone("files", file.path(), paths, manner.volumes(), check);
        }
    }

    private static void alone(String field, String path, Set<String> paths, List<MountWish> volumes, FieldCheck check) {
        for (String other : paths) {
            if (ContentLimits.overlap(other, path)) {
                check.wrong(field, "have '%s' and '%s', of which one is in the other's place".formatted(path, other));
            }
        }
        paths.add(path);
        for (MountWish volume : volumes) {
            if (ContentLimits.isIn(volume.path(), path)) {
                check.wrong(field, "have '%s', where a volume is".formatted(path));
            }
        }
    }
}
