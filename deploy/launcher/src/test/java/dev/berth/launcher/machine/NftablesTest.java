package dev.berth.launcher.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NftablesTest {
    @Test
    void itIsSaidWhereEgressIsNotCounted() {
        assertThat(Nftables.judge(true, true, true).level()).isEqualTo(Finding.Level.OK);
        Finding missing = Nftables.judge(true, true, false);
        assertThat(missing.level()).isEqualTo(Finding.Level.WARNING);
        assertThat(missing.meaning()).contains("not billed");
        assertThat(missing.advice()).contains("apt-get install nftables");
        assertThat(Nftables.judge(true, false, true).level()).isEqualTo(Finding.Level.NOTE);
        assertThat(Nftables.judge(false, true, true).meaning()).contains("not billed");
    }
}
