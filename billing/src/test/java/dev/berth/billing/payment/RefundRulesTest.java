package dev.berth.billing.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.payment.RefundRules.Paid;
import dev.berth.schema.id.PaymentId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RefundRulesTest {
    @Test
    void theFirstPaymentGivesWhatItHasLeftAndTheNextTheRest() {
        List<Paid> payments = List.of(paid(50, 10, false), paid(30, 0, false));
        assertThat(RefundRules.split(payments, 60, (_, amount) -> amount))
                .extracting(RefundRules.Part::amountMinor)
                .containsExactly(40L, 20L);
    }

    @Test
    void whatABankHasTakenAwayGivesNothingBack() {
        assertThat(RefundRules.split(List.of(paid(50, 0, true)), 10, (_, amount) -> amount))
                .isEmpty();
    }

    @Property
    void noPaymentGivesBackMoreThanItHasLeftAndAllTogetherAsMuchAsTheyCan(
            @ForAll("payments") List<Paid> payments, @ForAll @LongRange(max = 5_000) long wanted) {
        List<RefundRules.Part> parts = RefundRules.split(payments, wanted, (_, amount) -> amount);
        assertThat(parts)
                .allSatisfy(part ->
                        assertThat(part.amountMinor()).isBetween(1L, part.paid().leftMinor()));
        assertThat(parts.stream().map(part -> part.paid().id())).doesNotHaveDuplicates();
        long most = payments.stream().mapToLong(Paid::leftMinor).sum();
        assertThat(RefundRules.sum(parts)).isEqualTo(Math.min(wanted, most));
    }

    @Property
    void inAProvidersUnitsOnlyWholeOnesGoBackAndNeverMoreThanIsWanted(
            @ForAll("payments") List<Paid> payments, @ForAll @LongRange(max = 5_000) long wanted) {
        List<RefundRules.Part> parts = RefundRules.split(payments, wanted, (_, amount) -> amount - amount % 10);
        assertThat(parts).allSatisfy(part -> {
            assertThat(part.amountMinor() % 10).isZero();
            assertThat(part.amountMinor()).isBetween(1L, part.paid().leftMinor());
        });
        assertThat(RefundRules.sum(parts)).isLessThanOrEqualTo(wanted);
    }

    @Property
    void refundingInAnyPiecesNeverGivesBackMoreThanCameIn(
            @ForAll("payments") List<Paid> payments, @ForAll List<@LongRange(min = 1, max = 900) Long> wishes) {
        List<Paid> now = new ArrayList<>(payments);
        for (long wish : wishes) {
            for (RefundRules.Part part : RefundRules.split(now, wish, (_, amount) -> amount)) {
                now.replaceAll(one -> one.id().equals(part.paid().id())
                        ? new Paid(
                                one.id(),
                                one.provider(),
                                one.capturedMinor(),
                                one.refundedMinor() + part.amountMinor(),
                                one.lost())
                        : one);
            }
        }
        assertThat(now).allMatch(one -> one.refundedMinor() <= one.capturedMinor());
    }

    @Property
    void inWhateverOrderAndHoweverOftenStatesAreSeenTheResultIsOne(
            @ForAll List<RefundState> course, @ForAll boolean failed, @ForAll long seed) {
        RefundState end = failed ? RefundState.FAILED : RefundState.SUCCEEDED;
        List<RefundState> seen = new ArrayList<>(
                course.stream().filter(state -> state.rank() < end.rank()).toList());
        seen.add(end);
        Collections.shuffle(seen, new Random(seed));
        RefundState state = RefundState.PENDING;
        for (RefundState one : seen) {
            RefundState next = RefundRules.next(state, one);
            assertThat(next.rank()).isGreaterThanOrEqualTo(state.rank());
            state = next;
        }
        assertThat(state).isEqualTo(end);
    }

    @Provide
    Arbitrary<List<Paid>> payments() {
        Arbitrary<Long> captured = Arbitraries.longs().between(1, 1_000);
        return captured.flatMap(amount -> Combinators.combine(
                                Arbitraries.longs().between(0, amount), Arbitraries.of(true, false, false, false))
                        .as((refunded, lost) -> paid(amount, refunded, lost)))
                .list()
                .ofMaxSize(5);
    }

    private static Paid paid(long captured, long refunded, boolean lost) {
        return new Paid(PaymentId.next(), "stripe", captured, refunded, lost);
    }
}
