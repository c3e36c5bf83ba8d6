package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Problem;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What pays an invoice: a payment method that is kept, the default where none is named, or, where no provider keeps any, a test card.
 * The form of a card is checked here; whether it is taken is the provider's word.
 */
public record Payment(@Nullable Card card, @Nullable String paymentMethod) {
    /** The default of the account. */
    public static final Payment DEFAULT = new Payment(null, null);

    /** A card; digits may have spaces between them. */
    public record Card(
            @Nullable String number,
            @Nullable Integer expMonth,
            @Nullable Integer expYear,
            @Nullable String cvc) {
        @Override
        public String toString() {
            return "Card[…]"; // never into a log
        }
    }

    /**
     * The body for billing.
     *
     * @throws Refusal 422 if this cannot be a card
     */
    ObjectNode body() {
        if (card != null && paymentMethod != null) {
            throw Refusal.invalid(List.of(new Problem.FieldError("card", "cannot be given with payment_method")));
        }
        if (card == null) {
            ObjectNode body = Json.mapper().createObjectNode();
            return paymentMethod == null
                    ? body
                    : body.put(
                            "payment_method", Ids.paymentMethod(paymentMethod).toString());
        }
        List<Problem.FieldError> errors = new ArrayList<>();
        String number = card.number == null ? "" : card.number.replaceAll("[ -]", "");
        String cvc = card.cvc == null ? "" : card.cvc.strip();
        if (!number.matches("[0-9]{12,19}")) {
            errors.add(new Problem.FieldError("card.number", "must be 12 to 19 digits"));
        }
        if (card.expMonth == null || card.expMonth < 1 || card.expMonth > 12) {
            errors.add(new Problem.FieldError("card.exp_month", "must be a month from 1 to 12"));
        }
        if (card.expYear == null || card.expYear < 2000 || card.expYear > 2100) {
            errors.add(new Problem.FieldError("card.exp_year", "must be a year with four digits"));
        }
        if (!cvc.matches("[0-9]{3,4}")) {
            errors.add(new Problem.FieldError("card.cvc", "must be 3 or 4 digits"));
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return Json.mapper().valueToTree(new Payment(new Card(number, card.expMonth, card.expYear, cvc), null));
    }
}
