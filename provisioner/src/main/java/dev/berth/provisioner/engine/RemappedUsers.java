package dev.berth.provisioner.engine;

import com.github.dockerjava.api.model.Info;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which user and group of the host is root in a container, where the engine remaps users: it keeps its data in a folder of
 * that name, such as {@code 100000.200000}. Pure.
 *
 * @see <a href="https://docs.docker.com/engine/security/userns-remap/">Docker: userns-remap</a>
 */
final class RemappedUsers {
    private static final Pattern ROOT_DIR = Pattern.compile(".*/([0-9]{1,9})\\.([0-9]{1,9})/?");

    private RemappedUsers() {}

    static RootUser root(Info info) {
        List<String> security = Objects.requireNonNullElse(info.getSecurityOptions(), List.<String>of());
        Matcher folder = ROOT_DIR.matcher(Objects.requireNonNullElse(info.getDockerRootDir(), ""));
        return security.stream().anyMatch(option -> option.contains("userns")) && folder.matches()
                ? new RootUser(Integer.parseInt(folder.group(1)), Integer.parseInt(folder.group(2)))
                : RootUser.OF_HOST;
    }
}
