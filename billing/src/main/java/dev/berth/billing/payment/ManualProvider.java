package dev.berth.billing.payment;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * Moves no money: the operator marks invoices as paid, and the test card page knows three numbers. Any other number is refused,
 * so that nobody's real card is typed into it.
 */
@Component
public final class ManualProvider implements PaymentProvider {
    /** The name. */
    public static final String NAME = "manual";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Outcome charge(Charge charge) {
        return switch (Objects.requireNonNull(charge.card(), "the manual provider keeps no cards")
                .digits()) {
            case "4242424242424242" -> new Outcome.Succeeded("test_" + charge.idempotencyKey());
            case "4000000000000002" -> new Outcome.Declined("card_declined", "The test card is always declined.");
            case "4000000000009995" ->
                new Outcome.Declined("insufficient_funds", "The test card never has sufficient funds.");
            default -> new Outcome.Declined("card_declined", "This is none of the test cards.");
        };
    }

    /** It has no memory but Berth's own: an attempt that was cut off took no money. */
    @Override
    public Outcome lookUp(String idempotencyKey) {
        return new Outcome.Declined("interrupted", "The attempt was interrupted before any money moved.");
    }

    /**
     * Goes on only with a test card.
     *
     * @throws Refusal {@code invalid}
     */
    static void mustBeTestCard(Card card) {
        if (!List.of("4242424242424242", "4000000000000002", "4000000000009995").contains(card.digits())) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "This installation takes test cards only.",
                    List.of(
                            new Refusal.Field(
                                    "card.number",
                                    "not a test card; 4242 4242 4242 4242 pays, 4000 0000 0000 0002 and 4000 0000 0000 9995 are declined")));
        }
    }
}
