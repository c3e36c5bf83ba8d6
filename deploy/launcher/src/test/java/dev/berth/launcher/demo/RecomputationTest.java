package dev.berth.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class RecomputationTest {
    private static final Instant START = Instant.parse("2026-11-22T09:00:00.123456789Z");

    @Test
    void anInvoiceWhoseAmountsFollowFromItsIntervalsHasNoDisagreement() {
        assertThat(Recomputation.disagreements(invoice(8_333, "2.08325", 21))).isEmpty();
    }

    @Test
    void oneMillisecondOrOneCentTooManyIsNamed() {
        assertThat(Recomputation.disagreements(invoice(8_334, "2.08325", 21)))
                .singleElement()
                .asString()
                .contains("2.08325", "2.0835");
        assertThat(Recomputation.disagreements(invoice(8_333, "2.08325", 22)))
                .singleElement()
                .asString()
                .contains("cost 21", "say 22");
    }

    @Test
    void linesThatDoNotAddUpToTheTotalAreNamed() {
        Invoiced right = invoice(8_333, "2.08325", 21);
        Invoiced wrong = new Invoiced("i", "n", "paid", "USD", 20, right.lines());
        assertThat(Recomputation.disagreements(wrong)).containsExactly("the lines add up to 21, the total is 20");
    }

    @Test
    void aZeroLineCountsNothing() {
        Invoiced.Interval free = interval("ctr_2", 5_000, false);
        assertThat(Recomputation.quantity("vcpu_seconds", List.of(free))).isZero();
        assertThat(Recomputation.quantity("gib_seconds", List.of(interval("ctr_1", 1_000, true))))
                .isEqualByComparingTo("0.125");
    }

    @Test
    void linesOfSeveralWorkloadsAreRoundedOnceTogether() {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(42);
        for (int round = 0; round < 200; round++) {
            long a = random.nextLong(1, 100_000);
            long b = random.nextLong(1, 100_000);
            long exactTenthsOfMicro = (a + b) * 250;
            long cents = new BigDecimal(exactTenthsOfMicro)
                    .movePointLeft(6)
                    .multiply(new BigDecimal("0.10"))
                    .movePointRight(2)
                    .setScale(0, java.math.RoundingMode.HALF_UP)
                    .longValueExact();
            long first = cents / 2;
            Invoiced invoice = new Invoiced(
                    "i", "n", "paid", "USD", cents, List.of(line("wl_1", a, first), line("wl_2", b, cents - first)));
            assertThat(Recomputation.disagreements(invoice)).isEmpty();
        }
    }

    @Test
    void threeWitnessesWhoSayTheSameAgree() {
        EngineWatch.Sight sight = new EngineWatch.Sight(START, Optional.of(START.plusMillis(8_333)), false);
        Comparison comparison = compare(sight, 8_333);
        assertThat(comparison.disagreements()).isEmpty();
        assertThat(comparison.agrees()).isTrue();
    }

    @Test
    void aMillisecondAnEventOrASilenceIsADisagreement() {
        EngineWatch.Sight longer = new EngineWatch.Sight(START, Optional.of(START.plusMillis(8_334)), false);
        EngineWatch.Sight event = new EngineWatch.Sight(START, Optional.of(START.plusMillis(8_333)), true);
        EngineWatch.Sight running = new EngineWatch.Sight(START, Optional.empty(), false);
        assertThat(compare(longer, 8_333).disagreements())
                .singleElement()
                .asString()
                .contains("8334 ms by Docker");
        assertThat(compare(event, 8_333).agrees()).isFalse();
        assertThat(compare(running, 8_333).agrees()).isFalse();
        assertThat(compare(event, 1).agrees()).isFalse();
        assertThat(Comparison.of(List.of(), Map.of(), Map.of("ctr_9", 5L), invoice(8_333, "2.08325", 21))
                        .disagreements())
                .containsExactly("the meter knows container ctr_9, the API does not");
    }

    @Test
    void bothEndsAreCutToTheMillisecondNotRounded() {
        Span span = new Span(
                Instant.parse("2026-01-01T00:00:00.000999999Z"), Instant.parse("2026-01-01T00:00:01.000000001Z"));
        assertThat(span.ms()).isEqualTo(1_000);
    }

    @Test
    void dockersStateIsReadAsItIs() {
        tools.jackson.databind.json.JsonMapper json =
                tools.jackson.databind.json.JsonMapper.builder().build();
        EngineWatch.Sight running = EngineWatch.sight(json.readTree("""
                {"State": {"Running": true, "StartedAt": "2026-11-22T09:00:00.5Z", "FinishedAt": "0001-01-01T00:00:00Z"}}"""));
        assertThat(running.finishedAt()).isEmpty();
        EngineWatch.Sight over = EngineWatch.sight(json.readTree("""
                {"State": {"Running": false, "StartedAt": "2026-11-22T09:00:00.5Z", "FinishedAt": "2026-11-22T09:00:03.75Z"}}"""));
        assertThat(over.span()).get().extracting(Span::ms).isEqualTo(3_250L);
    }

    @Test
    void moneyIsShownInItsCurrencysDigits() {
        assertThat(DemoReport.money(1234, "USD")).isEqualTo("12.34 USD");
        assertThat(DemoReport.money(1234, "JPY")).isEqualTo("1234 JPY");
        assertThat(DemoReport.money(5, "KWD")).isEqualTo("0.005 KWD");
    }

    private static Comparison compare(EngineWatch.Sight docker, long meterMs) {
        return Comparison.of(
                List.of(new Comparison.Known("ctr_1", "engine", "service")),
                Map.of("engine", docker),
                Map.of("ctr_1", meterMs),
                invoice(8_333, "2.08325", 21));
    }

    private static Invoiced invoice(long ms, String quantity, long amount) {
        Invoiced.Line line = new Invoiced.Line(
                "il_1",
                "vcpu_seconds",
                "vCPU",
                new BigDecimal(quantity),
                new BigDecimal("0.10"),
                amount,
                "wl_1",
                List.of(interval("ctr_1", ms, true)));
        return new Invoiced("inv_1", "B-1", "paid", "USD", amount, List.of(line));
    }

    private static Invoiced.Line line(String workload, long ms, long amount) {
        BigDecimal quantity = new BigDecimal(ms * 250).movePointLeft(6);
        return new Invoiced.Line(
                "il",
                "vcpu_seconds",
                "vCPU",
                quantity,
                new BigDecimal("0.10"),
                amount,
                workload,
                List.of(interval("ctr_1", ms, true)));
    }

    private static Invoiced.Interval interval(String container, long ms, boolean billed) {
        return new Invoiced.Interval(
                container,
                "engine",
                START,
                START.plusMillis(ms),
                ms,
                250,
                128,
                billed,
                "op_1",
                "key_1",
                "2026-11-22T09:00:00.000Z");
    }
}
