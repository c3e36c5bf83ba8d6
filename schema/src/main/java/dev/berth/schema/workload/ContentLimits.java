package dev.berth.schema.workload;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a wish may put into the file system and the environment of a container: the bounds that the gateway holds customers to, and the
 * provisioner the gateway. Pure.
 */
public final class ContentLimits {
    /** The most volumes of a workload. */
    public static final int MAX_MOUNTS = 16;

    /** The most secrets, and the most files, of a workload. */
    public static final int MAX_ITEMS = 32;

    /** The most bytes of a file in UTF-8. */
    public static final int MAX_FILE_BYTES = 64 << 10;

    private static final int MAX_PATH = 255;
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_.+@-]+)+");
    private static final Pattern KERNEL = Pattern.compile("/(?:proc|sys|dev)(?:/.*)?");
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private ContentLimits() {}

    /** Whether it is an absolute path of plain names, not the root, without {@code .} and {@code ..} and without a slash at its end. */
    public static boolean isPath(String path) {
        return path.length() <= MAX_PATH
                && PATH.matcher(path).matches()
                && !(path + "/").contains("/../")
                && !(path + "/").contains("/./");
    }

    /** Whether a path is in {@code /proc}, {@code /sys} or {@code /dev}, which are the kernel's. */
    public static boolean isKernels(String path) {
        return KERNEL.matcher(path).matches();
    }

    /** Whether one of two paths is the other or in it. */
    public static boolean overlap(String one, String other) {
        return isIn(one, other) || isIn(other, one);
    }

    /** Whether a path is another, or below it. */
    public static boolean isIn(String path, String other) {
        return (path + "/").startsWith(other + "/");
    }

    /** Whether it can be the name of a secret. */
    public static boolean isSecret(String name) {
        return SECRET.matcher(name).matches();
    }

    /** Whether it can be the name of a variable that a secret sets. */
    public static boolean isVariable(String name) {
        return VARIABLE.matcher(name).matches();
    }

    /** Whether it can be the content of a file. */
    public static boolean isContent(String content) {
        return content.indexOf('\0') < 0
                && StandardCharsets.UTF_8.newEncoder().canEncode(content)
                && content.getBytes(StandardCharsets.UTF_8).length <= MAX_FILE_BYTES;
    }
}
