package dev.berth.stripe.resource;

import dev.berth.stripe.card.Decline;
import dev.berth.stripe.card.TestCard;
import dev.berth.stripe.card.TestCard.Authentication;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Tx;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What the issuer knows of the card behind a payment method: which it is, whether it was set up, and what a test made of it since. */
public final class Saved {
    private static final String KIND = "_card";

    private Saved() {}

    static void begin(Tx tx, String method, TestCard card) {
        tx.put(
                KIND,
                Json.of("id", method, "number", card.number(), "set_up", card.setUpFromTheStart(), "spent", false));
    }

    private static ObjectNode of(Tx tx, String method) {
        return tx.find(KIND, method).orElseThrow();
    }

    static TestCard card(Tx tx, String method) {
        return TestCard.ofNumber(Json.text(of(tx, method), "number")).orElseThrow();
    }

    /** Whether it was used once without a customer, or detached: then it cannot be used again. */
    static boolean spent(Tx tx, String method) {
        return Json.flag(of(tx, method), "spent");
    }

    static void spend(Tx tx, String method) {
        tx.put(KIND, of(tx, method).put("spent", true));
    }

    static void setUp(Tx tx, String method) {
        tx.put(KIND, of(tx, method).put("set_up", true));
    }

    /**
     * From now on the issuer refuses payments with this card, as when it was lost or its account ran dry.
     *
     * @param decline why; nothing: as the card did at first
     */
    public static void decide(Tx tx, String method, Optional<Decline> decline) {
        ObjectNode card = of(tx, method);
        card.remove("decline");
        decline.ifPresent(why -> card.put("decline", why.name()));
        tx.put(KIND, card);
    }

    static Optional<Decline> refusalOfSetUp(Tx tx, String method) {
        return Optional.ofNullable(card(tx, method).onSetUp());
    }

    /** Why a payment is refused after authentication, if it is. */
    static Optional<Decline> refusal(Tx tx, String method) {
        String decided = Json.text(of(tx, method), "decline");
        return decided.isEmpty()
                ? Optional.ofNullable(card(tx, method).onPayment())
                : Optional.of(Decline.valueOf(decided));
    }

    /** Whether the issuer wants to see the customer before a payment. */
    static boolean asksOnPayment(Tx tx, String method, boolean offSession) {
        Authentication authentication = card(tx, method).authentication();
        return switch (authentication) {
            case NEVER -> false;
            case ALWAYS -> true;
            case UNLESS_SET_UP -> !(offSession && Json.flag(of(tx, method), "set_up"));
        };
    }

    /** Whether the issuer wants to see the customer before a card is saved. */
    static boolean asksOnSetUp(Tx tx, String method) {
        return card(tx, method).authentication() != Authentication.NEVER
                && !card(tx, method).setUpFromTheStart();
    }
}
