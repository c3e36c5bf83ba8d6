package dev.berth.launcher.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void knowsWhoHasAPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Machine.free("127.0.0.1", socket.getLocalPort())).isFalse();
            assertThat(Machine.listener(socket.getLocalPort()))
                    .get()
                    .asString()
                    .contains("pid %d".formatted(ProcessHandle.current().pid()));
            assertThat(Survey.ports(Map.of(socket.getLocalPort(), "gateway")))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.ERROR));
        }
    }

    @Test
    void measuresMemoryAndDisk() {
        assertThat(Machine.availableMemoryMib()).isPositive();
        assertThat(Machine.freeDiskMib(Path.of("/tmp/not/there/yet"))).isPositive();
        assertThat(Machine.memoryKib(ProcessHandle.current().pid())).isPositive();
    }

    @Test
    void tooLittleIsAnErrorThatSaysHowMuchIsWanted() {
        assertThat(MachineRules.memory(1_000, 1_600).level()).isEqualTo(Finding.Level.ERROR);
        assertThat(MachineRules.memory(1_000, 1_600).meaning()).contains("1600");
        assertThat(MachineRules.memory(1_600, 1_600).level()).isEqualTo(Finding.Level.OK);
        assertThat(MachineRules.disk(100, 1_024, "/data").level()).isEqualTo(Finding.Level.ERROR);
        assertThat(MachineRules.disk(5_000, 1_024, "/data").level()).isEqualTo(Finding.Level.WARNING);
        assertThat(MachineRules.disk(50_000, 1_024, "/data").level()).isEqualTo(Finding.Level.OK);
        assertThat(MachineRules.jdk(24, "24.0.1", true).level()).isEqualTo(Finding.Level.ERROR);
        assertThat(MachineRules.jdk(25, "25.0.3", false).level()).isEqualTo(Finding.Level.ERROR);
        assertThat(MachineRules.jdk(26, "26", true).level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void eachDistributionIsToldItsOwnCommand() {
        assertThat(DockerHost.howToInstall(Map.of("ID", "ubuntu", "ID_LIKE", "debian")))
                .contains("apt-get");
        assertThat(DockerHost.howToInstall(Map.of("ID", "rocky", "ID_LIKE", "rhel centos fedora")))
                .contains("dnf");
        assertThat(DockerHost.howToInstall(Map.of("ID", "arch"))).contains("pacman");
        assertThat(DockerHost.howToInstall(Map.of("ID", "alpine"))).contains("apk");
        assertThat(DockerHost.howToInstall(Map.of("ID", "opensuse-leap", "ID_LIKE", "suse opensuse")))
                .contains("zypper");
        assertThat(DockerHost.howToInstall(Map.of())).contains("BERTH_DOCKER_HOST");
    }
}
