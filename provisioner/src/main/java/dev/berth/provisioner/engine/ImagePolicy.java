package dev.berth.provisioner.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Berth makes of the metadata of an image, which is a stranger's input. Pure.
 *
 * <p>Goals: nothing but a machine runs as root; nothing writes to the host's disk past the container. An image's numeric user that is not root
 * is kept, everything else becomes {@link #NOBODY} (a name cannot be trusted: the image's own passwd file says what it means).
 * Every path that an image declares as a volume gets a tmpfs, for otherwise the engine makes an anonymous volume on the
 * host's disk there, in spite of a read-only root, without a limit.
 */
public final class ImagePolicy {
    /** The user and group of containers whose image names none that we accept. */
    public static final String NOBODY = "65532:65532";

    /** The user and group of machines that ask for none. */
    private static final String ROOT = "0:0";

    /** The most volumes that an image may declare. */
    public static final int MAX_VOLUMES = 16;

    /** The most labels that an image may have; each is overridden one by one. */
    public static final int MAX_LABELS = 256;

    /** The most layers that an image may have. */
    public static final int MAX_LAYERS = 64;

    /** What the main process may be asked with to end. */
    public static final List<String> STOP_SIGNALS =
            List.of("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGABRT", "SIGKILL");

    static final String DEFAULT_SIGNAL = "SIGTERM";

    /** As signal(7) numbers them on x86 and ARM. */
    private static final Map<String, String> SIGNAL_NUMBERS = Map.of(
            "1", "SIGHUP",
            "2", "SIGINT",
            "3", "SIGQUIT",
            "6", "SIGABRT",
            "9", "SIGKILL",
            "10", "SIGUSR1",
            "12", "SIGUSR2",
            "15", "SIGTERM",
            "28", "SIGWINCH");

    /** The largest configuration that an image may have. */
    static final long MAX_CONFIG_BYTES = 1_000_000;

    private static final int MAX_PATH_CHARS = 255;
    private static final Pattern NUMERIC_USER = Pattern.compile("([0-9]{1,10})(?::([0-9]{1,10}))?");
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_.+@-]+)+/?");
    private static final List<String> KERNEL_PATHS = List.of("/proc", "/sys", "/dev");

    private ImagePolicy() {}

    /** Whether a tenant may ask for it: numbers, and not root. */
    public static boolean isUser(String user) {
        return numeric(user).isPresent();
    }

    /** Whether it is an absolute path of plain names, outside of the kernel's own. */
    public static boolean isPath(String path) {
        return acceptable(path);
    }

    /**
     * The {@code uid:gid} that a container of this image runs as.
     *
     * @param start as it is asked for by the tenant; a machine is root within its container unless it asks for less
     */
    public static String userOf(EngineImage image, ContainerSpec.Start start) {
        if (start.machine() && start.user() == null) {
            return ROOT;
        }
        return numeric(start.user() == null ? image.user() : start.user()).orElse(NOBODY);
    }

    /**
     * With which signal a container of this image is asked to end: one of {@link #STOP_SIGNALS}. An image may name it with or without
     * {@code SIG}, or by its number on Linux, as a Dockerfile's {@code STOPSIGNAL} does; one that is not in the list is SIGTERM, and so
     * is SIGKILL, which would take the grace time away that the tenant asked for.
     *
     * @param asked by the tenant; null for the image's own
     */
    public static String signalOf(EngineImage image, @Nullable String asked) {
        String said = asked == null ? image.stopSignal() : asked;
        if (said == null) {
            return DEFAULT_SIGNAL;
        }
        String name = SIGNAL_NUMBERS.getOrDefault(said, said.startsWith("SIG") ? said : "SIG" + said);
        boolean graceful = asked != null || !name.equals("SIGKILL");
        return graceful && STOP_SIGNALS.contains(name) ? name : DEFAULT_SIGNAL;
    }

    private static Optional<String> numeric(String user) {
        Matcher matcher = NUMERIC_USER.matcher(user);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long uid = Long.parseLong(matcher.group(1));
        long gid = matcher.group(2) == null ? uid : Long.parseLong(matcher.group(2));
        if (uid < 1 || uid > Integer.MAX_VALUE || gid > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(uid + ":" + (gid < 1 ? uid : gid));
    }

    /** Why no container is made from this image; empty when one may be. */
    public static Optional<String> refusal(EngineImage image) {
        if (image.layers() > MAX_LAYERS) {
            return Optional.of(
                    "the image has %d layers, at most %d are accepted".formatted(image.layers(), MAX_LAYERS));
        }
        if (image.volumes().size() > MAX_VOLUMES) {
            return Optional.of("the image declares %d volumes, at most %d are accepted"
                    .formatted(image.volumes().size(), MAX_VOLUMES));
        }
        if (image.labels().size() > MAX_LABELS) {
            return Optional.of("the image has %d labels, at most %d are accepted"
                    .formatted(image.labels().size(), MAX_LABELS));
        }
        for (String volume : image.volumes()) {
            if (!acceptable(volume)) {
                String shown = volume.length() > 64 ? volume.substring(0, 64) + "…" : volume;
                return Optional.of("the image declares a volume at '%s', which cannot be covered".formatted(shown));
            }
        }
        return Optional.empty();
    }

    private static boolean acceptable(String path) {
        if (path.length() > MAX_PATH_CHARS || !PATH.matcher(path).matches()) {
            return false;
        }
        String clean = clean(path);
        for (String part : clean.substring(1).split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return KERNEL_PATHS.stream().noneMatch(kernel -> clean.equals(kernel) || clean.startsWith(kernel + "/"));
    }

    private static String clean(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /**
     * The tmpfs mounts of a container, by path, with their options. Their content counts in the container's memory, so a
     * size beside it is only a second bound. A path that a volume of the account covers gets none; one below it does, since the image may
     * declare a volume there as well.
     *
     * @param runsAs {@code uid:gid}, to which the covered volumes belong
     */
    public static Map<String, String> tmpfs(ContainerSpec spec, String runsAs) {
        Map<String, String> mounts = new LinkedHashMap<>();
        long memory = spec.size().memoryMib().value();
        if (spec.readOnlyRoot()) {
            mounts.put("/tmp", options(Math.max(1, Math.min(memory / 2, 1024)), "1777", ""));
            mounts.put("/run", options(Math.max(1, Math.min(memory / 8, 64)), "1777", ""));
        }
        List<String> user = new ArrayList<>(List.of(runsAs.split(":", -1)));
        String owner = ",uid=%s,gid=%s".formatted(user.get(0), user.get(1));
        for (String volume : spec.image().volumes()) {
            mounts.putIfAbsent(clean(volume), options(Math.max(1, memory / 2), "0755", owner));
        }
        mounts.keySet()
                .removeIf(path ->
                        spec.mounts().stream().map(ContainerSpec.Mount::target).anyMatch(path::equals));
        return mounts;
    }

    private static String options(long mib, String mode, String owner) {
        long inodes = Math.max(1024, mib * 64);
        return "rw,noexec,nosuid,nodev,size=%dm,nr_inodes=%d,mode=%s%s".formatted(mib, inodes, mode, owner);
    }
}
