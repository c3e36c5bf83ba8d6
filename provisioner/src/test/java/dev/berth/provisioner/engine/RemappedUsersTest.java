package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Info;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RemappedUsersTest {
    private static Info info(String dir, String... security) {
        return new Info().withDockerRootDir(dir).withSecurityOptions(List.of(security));
    }

    /** The ranges of users and groups are set apart: each is told by its own number. */
    @Property
    void userAndGroupAreTakenEachFromItsOwnRange(
            @ForAll @IntRange(min = 1, max = 999_999_999) int uid,
            @ForAll @IntRange(min = 0, max = 999_999_999) int gid) {
        RootUser root = RemappedUsers.root(info("/var/lib/docker/%d.%d".formatted(uid, gid), "name=userns"));
        assertThat(root).isEqualTo(new RootUser(uid, gid));
        assertThat(root.remapped()).isTrue();
    }

    @Test
    void anEngineThatDoesNotRemapHasTheRootOfItsHost() {
        assertThat(RemappedUsers.root(info("/var/lib/docker/100000.100000", "name=seccomp,profile=default")))
                .isEqualTo(RootUser.OF_HOST);
        assertThat(RemappedUsers.root(info("/var/lib/docker", "name=userns"))).isEqualTo(RootUser.OF_HOST);
        assertThat(RootUser.OF_HOST.remapped()).isFalse();
    }
}
