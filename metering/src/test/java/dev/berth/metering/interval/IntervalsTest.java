package dev.berth.metering.interval;

import static dev.berth.metering.interval.Story.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.metering.interval.Intervals.Derived;
import dev.berth.metering.inventory.Sighting;
import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IntervalsTest {
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    private final ContainerId container = ContainerId.next();
    private final Story story = new Story();

    @Test
    void aRunningContainerIsOneOpenInterval() {
        story.started(container, 1, at(0), 500, 256);
        assertThat(told(derive(null))).containsExactly("0..open 500/256 billed");
    }

    @Test
    void aStopAloneMakesTheWholeInterval() {
        story.stopped(container, 2, at(3), at(10), 500, 256);
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("3..10 500/256 billed");
        assertThat(kinds(derived)).containsExactly(Finding.Kind.MISSING_FACT);
    }

    @Test
    void aResizeClosesOneIntervalAndOpensTheNextAtTheSameInstant() {
        story.started(container, 1, at(0), 500, 256)
                .resized(container, 2, at(20), 1000, 512)
                .stopped(container, 3, at(0), at(30), 1000, 512);
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("0..20 500/256 billed", "20..30 1000/512 billed");
        assertThat(derived.findings()).isEmpty();
    }

    @Test
    void aResizeToTheSameSizeCutsNothing() {
        story.started(container, 1, at(0), 500, 256).resized(container, 2, at(20), 500, 256);
        assertThat(told(derive(null))).containsExactly("0..open 500/256 billed");
    }

    @Test
    void ofTwoResizesAtOneInstantTheLaterInSequenceCounts() {
        story.started(container, 1, at(0), 500, 256)
                .resized(container, 3, at(20), 2000, 512)
                .resized(container, 2, at(20), 1000, 512);
        assertThat(told(derive(null))).containsExactly("0..20 500/256 billed", "20..open 2000/512 billed");
    }

    @Test
    void aFailedLaunchIsAnIntervalOfNoLengthThatCostsNothing() {
        story.failed(container, 1, at(4));
        assertThat(told(derive(null))).containsExactly("4..4 none launch_failed");
    }

    @Test
    void aFailedLaunchThatRanIsBilledForWhatRan() {
        story.failed(container, 1, at(4)).started(container, 2, at(5), 500, 256);
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("5..open 500/256 billed");
        assertThat(kinds(derived)).containsExactly(Finding.Kind.FAILED_YET_RAN);
    }

    @Test
    void aMissingStopIsBilledToTheLastProofOfLifeAndTheGapIsZero() {
        story.started(container, 1, at(0), 500, 256).resized(container, 2, at(20), 1000, 512);
        Derived derived = derive(new Sighting(null, at(30), at(31)));
        assertThat(told(derived))
                .containsExactly("0..20 500/256 billed", "20..30 1000/512 billed", "30..31 1000/512 missing_stop");
        assertThat(kinds(derived)).containsExactly(Finding.Kind.MISSING_STOP);
    }

    @Test
    void aContainerThatNoInventoryEverListedIsZeroFromItsStart() {
        story.started(container, 1, at(0), 500, 256);
        assertThat(told(derive(new Sighting(null, null, at(7))))).containsExactly("0..7 500/256 missing_stop");
    }

    @Test
    void theRealStopReplacesTheGap() {
        story.started(container, 1, at(0), 500, 256).stopped(container, 2, at(0), at(12), 500, 256);
        Derived derived = derive(new Sighting(null, at(10), at(20)));
        assertThat(told(derived)).containsExactly("0..12 500/256 billed");
        assertThat(derived.findings()).isEmpty();
    }

    @Test
    void aHostThatRetiresEndsWhatItLastListed() {
        story.started(container, 1, at(0), 500, 256);
        assertThat(told(derive(new Sighting(null, at(10), at(10))))).containsExactly("0..10 500/256 billed");
    }

    @Test
    void theTimeInWhichItsHostWasDownIsShownAndNotBilled() {
        story.started(container, 1, at(0), 500, 256).stoppedUnproven(container, 2, at(0), at(900), at(30));
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("0..30 500/256 billed", "30..900 500/256 host_unreachable");
        assertThat(derived.findings()).isEmpty();
    }

    @Test
    void aHostThatWentDownAtOnceLeavesNothingToBill() {
        story.stoppedUnproven(container, 1, at(5), at(900), at(5));
        assertThat(told(derive(null))).containsExactly("5..900 500/256 host_unreachable");
        story.tell();
        story.stoppedUnproven(container, 1, at(5), at(900), at(2000));
        assertThat(told(derive(null))).as("never more than it ran").containsExactly("5..900 500/256 billed");
    }

    @Test
    void aStopBeforeItsStartBillsNothingAndIsFound() {
        story.started(container, 1, at(5), 500, 256).stopped(container, 2, at(5), at(3), 500, 256);
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("5..5 500/256 billed");
        assertThat(kinds(derived)).containsExactly(Finding.Kind.STOP_BEFORE_START);
    }

    @Test
    void resizesOutsideOfItsLifeAreClampedAndFound() {
        story.started(container, 1, at(5), 500, 256)
                .resized(container, 2, at(1), 1000, 256)
                .resized(container, 3, at(40), 2000, 256)
                .stopped(container, 4, at(5), at(30), 1000, 256);
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("5..30 1000/256 billed");
        assertThat(kinds(derived)).containsExactly(Finding.Kind.RESIZE_OUTSIDE, Finding.Kind.RESIZE_OUTSIDE);
    }

    @Test
    void theStopsWordOnTheStartCounts() {
        story.started(container, 1, at(0), 500, 256).stopped(container, 2, at(2), at(9), 500, 256);
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("2..9 500/256 billed");
        assertThat(kinds(derived)).containsExactly(Finding.Kind.START_DIFFERS);
    }

    @Test
    void aSizeThatNobodyToldIsNotBilled() {
        story.resized(container, 2, at(20), 1000, 512).stopped(container, 3, at(0), at(30), 1000, 512);
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("0..20 1000/512 size_unknown", "20..30 1000/512 billed");
        assertThat(kinds(derived)).containsExactly(Finding.Kind.MISSING_FACT, Finding.Kind.SIZE_UNKNOWN);
    }

    @Test
    void aSizeAtTheStopThatNoFactExplainsIsFound() {
        story.started(container, 1, at(0), 500, 256).stopped(container, 2, at(0), at(30), 1000, 512);
        Derived derived = derive(null);
        assertThat(told(derived)).containsExactly("0..30 500/256 billed");
        assertThat(kinds(derived)).containsExactly(Finding.Kind.SIZE_DIFFERS);
    }

    @Test
    void aContainerThatIsListedLongAfterItsStopIsFound() {
        story.started(container, 1, at(0), 500, 256).stopped(container, 2, at(0), at(30), 500, 256);
        assertThat(derive(new Sighting(null, at(31), null)).findings()).isEmpty();
        assertThat(kinds(derive(new Sighting(null, at(60), null)))).containsExactly(Finding.Kind.ALIVE_AFTER_STOP);
    }

    @Test
    void anUnknownContainerIsFoundAndNotBilled() {
        Derived derived = Intervals.of(container, List.of(), new Sighting(at(1), at(2), null));
        assertThat(derived.intervals()).isEmpty();
        assertThat(kinds(derived)).containsExactly(Finding.Kind.UNKNOWN_CONTAINER);
    }

    @Test
    void timesThatCannotBeTrueAreRefused() {
        story.started(container, 1, Instant.parse("0001-01-01T00:00:00Z"), 500, 256);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> derive(null)))
                .isInstanceOf(IllegalArgumentException.class);
        story.tell();
        story.started(container, 1, NOW.plusSeconds(90_000), 500, 256);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> derive(null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Derived derive(@Nullable Sighting sighting) {
        List<Fact> facts = story.told().stream()
                .map(received -> Fact.of(received, NOW).orElseThrow())
                .toList();
        return Intervals.of(container, facts, sighting);
    }

    static List<Finding.Kind> kinds(Derived derived) {
        return derived.findings().stream().map(Finding::kind).toList();
    }

    static List<String> told(Derived derived) {
        return derived.intervals().stream()
                .map(i -> "%d..%s %s %s"
                        .formatted(
                                i.start().getEpochSecond() - Story.T0.getEpochSecond(),
                                i.end() == null
                                        ? "open"
                                        : Long.toString(i.end().getEpochSecond() - Story.T0.getEpochSecond()),
                                i.size() == null
                                        ? "none"
                                        : i.size().cpuMillis() + "/" + i.size().memoryMib(),
                                i.zeroReason() == null
                                        ? "billed"
                                        : i.zeroReason().text()))
                .toList();
    }
}
