package dev.berth.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void percentilesAreSamplesOfTheirOwnAndNotInBetween() {
        Samples samples = new Samples(IntStream.rangeClosed(1, 200)
                .map(i -> 201 - i)
                .mapToObj(Duration::ofMillis)
                .toList());
        assertThat(samples.median()).isEqualTo(100);
        assertThat(samples.percentile(99)).isEqualTo(198);
        assertThat(samples.percentile(100)).isEqualTo(200);
        assertThat(samples.percentile(0.001)).isEqualTo(1);
        assertThat(new Samples(List.of(Duration.ofMillis(7))).percentile(90)).isEqualTo(7);
    }

    @Test
    void nothingMeasuredIsNoSample() {
        assertThatThrownBy(() -> new Samples(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTargetIsMetAtItsBoundAndMissedBeyondIt() {
        Figure figure = Figure.of("launch", "ratio", 1.25, "×");
        assertThat(figure.met()).isTrue();
        assertThat(figure.atMost(1.25).met()).isTrue();
        assertThat(figure.atMost(1.24).met()).isFalse();
        assertThat(figure.atLeast(1.25).met()).isTrue();
        assertThat(figure.atLeast(1.26).met()).isFalse();
    }

    @Test
    void aMissedTargetIsSaidInEveryForm() {
        Report report = new Report(
                Map.of("processor", "2 × any"),
                "./berth bench metering",
                List.of(
                        Figure.of("metering", "rate", 12_345.6, "events/s").atLeast(30_000),
                        Figure.of("metering", "ratio", 0.512, "×")));
        assertThat(report.table().lines().toList())
                .containsExactly(
                        "bench     figure            value    target",
                        "metering  rate    12,346 events/s  ≥ 30,000  MISSED",
                        "metering  ratio            0.51 ×");
        assertThat(report.markdown())
                .contains(
                        "`./berth bench metering`",
                        "* processor: 2 × any",
                        "| metering | rate | 12,346 events/s | ≥ 30,000 | MISSED |");
        assertThat(report.json()).contains("\"at_least\" : 30000.0", "\"met\" : false", "\"processor\" : \"2 × any\"");
    }
}
