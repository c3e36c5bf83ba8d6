package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A rehearsal that fails makes no start-up cache, which nobody would notice. */
class RehearsalTest {
    @Test
    void allItsCommandsEndWell() throws IOException {
        assertThat(Rehearsal.play()).hasSizeGreaterThan(10).containsOnly(0);
    }
}
