package dev.berth.launcher.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DaemonRulesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String VERSION = "{\"Version\": \"28.2.2\", \"ApiVersion\": \"1.50\"}";
    private static final String GOOD_INFO = """
            {"CgroupVersion": "2", "MemoryLimit": true, "SwapLimit": true, "CpuCfsQuota": true, "PidsLimit": true,
             "Driver": "btrfs", "SecurityOptions": ["name=seccomp,profile=builtin", "name=userns"], "LiveRestoreEnabled": true,
             "LoggingDriver": "local", "Warnings": null}""";

    @TempDir
    Path temp;

    @Test
    void aHostAsBerthWantsItHasNothingToMend() {
        Path file = temp.resolve("daemon.json");
        new DaemonSettings(file).complete(Instant.EPOCH, false);

        assertThat(findings(GOOD_INFO, VERSION, new DaemonSettings(file).read()))
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.OK));
    }

    @Test
    void aHostAsItComesIsWarnedOfButNotRefused() {
        List<Finding> findings = findings("""
                {"CgroupVersion": "1", "MemoryLimit": true, "SwapLimit": true, "CpuCfsQuota": true, "PidsLimit": true,
                 "Driver": "overlay2", "SecurityOptions": ["name=seccomp,profile=default"], "LoggingDriver": "json-file"}""", VERSION, JSON.readTree("{}"));
        assertThat(findings).noneMatch(finding -> finding.level() == Finding.Level.ERROR);
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Finding.Level.WARNING)
                .extracting(Finding::subject)
                .containsExactly("userns-remap", "icc", "userland-proxy", "no-new-privileges", "live-restore");
        assertThat(findings)
                .filteredOn(finding -> finding.level() != Finding.Level.OK)
                .allSatisfy(finding -> assertThat(finding.meaning()).isNotBlank());
    }

    @Test
    void whatLetsTenantsOutIsAnError() {
        List<Finding> findings = findings(
                """
                {"CgroupVersion": "2", "Driver": "vfs", "SecurityOptions": [],
                 "Warnings": ["WARNING: API is accessible on http://0.0.0.0:2375 without encryption.\\n  Access to ..."]}""",
                "{\"Version\": \"19.3\", \"ApiVersion\": \"1.40\"}",
                JSON.readTree("{\"hosts\": [\"unix:///x\", \"tcp://0.0.0.0:2375\"]}"));
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Finding.Level.ERROR)
                .extracting(Finding::subject)
                .containsExactly("docker", "cgroups", "storage", "seccomp", "tcp listeners");
    }

    @Test
    void settingsAreCompletedAndWhatTheOperatorSetStays() throws Exception {
        Path file = Files.writeString(temp.resolve("daemon.json"), "{\"icc\": true, \"data-root\": \"/srv\"}");
        DaemonSettings settings = new DaemonSettings(file);

        assertThat(settings.complete(Instant.ofEpochSecond(7), true))
                .contains("userland-proxy", "no-new-privileges", "log-driver")
                .doesNotContain("icc", "live-restore");
        assertThat(settings.read().path("icc").asBoolean()).isTrue();
        assertThat(settings.read().path("data-root").asString()).isEqualTo("/srv");
        assertThat(temp.resolve("daemon.json.before-berth-7")).content().contains("/srv");
        assertThat(settings.complete(Instant.ofEpochSecond(8), true)).isEmpty();
    }

    @Test
    void apiVersionsAreComparedAsNumbers() {
        assertThat(DaemonRules.compareApi("1.41", "1.41")).isZero();
        assertThat(DaemonRules.compareApi("1.9", "1.41")).isNegative();
        assertThat(DaemonRules.compareApi("2.0", "1.41")).isPositive();
    }

    private static List<Finding> findings(String info, String version, JsonNode daemonJson) {
        return DaemonRules.findings(JSON.readTree(info), JSON.readTree(version), daemonJson, true);
    }
}
