package dev.berth.launcher.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuncRulesTest {
    @ParameterizedTest
    @CsvSource({
        "1.1.5+ds1, 4",
        "1.1.11, 4",
        "1.1.12, 3",
        "1.1.15, 3",
        "1.2.7, 3",
        "1.2.8, 0",
        "1.2.9, 0",
        "1.3.2, 3",
        "1.3.3, 0",
        "1.4.0-rc.1, 3",
        "1.4.0-rc.2, 3",
        "1.4.0-rc.3, 0",
        "1.4.0, 0",
        "1.5.1, 0",
        "v1.3.4-abc, 0",
        "1.0.3, 4"
    })
    void eachVersionIsOpenToSoManyHoles(String version, int open) {
        assertThat(RuncRules.findings(version, "", ""))
                .filteredOn(finding -> finding.level() == Finding.Level.WARNING)
                .hasSize(open)
                .allSatisfy(finding -> {
                    assertThat(finding.seen()).contains("CVE-");
                    assertThat(finding.meaning()).isNotBlank();
                    assertThat(finding.advice()).isNotBlank();
                });
    }

    @Test
    void aDistributionsChangelogTellsWhatItMended() {
        List<Finding> findings =
                RuncRules.findings("1.1.5+ds1", "1.1.5+ds1-1+deb12u1", "* CVE-2024-21626: several container breakouts");
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Finding.Level.OK)
                .singleElement()
                .satisfies(finding -> assertThat(finding.seen())
                        .isEqualTo("the distribution's package 1.1.5+ds1-1+deb12u1 carries the fix of CVE-2024-21626"));
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Finding.Level.WARNING)
                .hasSize(3);
    }

    @Test
    void aVersionThatSaysNothingIsNotJudged() {
        assertThat(RuncRules.findings("?", "", ""))
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.NOTE));
    }
}
