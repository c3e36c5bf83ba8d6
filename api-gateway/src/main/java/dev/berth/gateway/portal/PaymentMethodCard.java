package dev.berth.gateway.portal;

import dev.berth.gateway.forward.CardShapes;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A way to pay as the pages show it. */
record PaymentMethodCard(String id, String title, @Nullable String expires, boolean isDefault) {

    /** Those of an account; {@code available} says whether a payment provider keeps any. */
    record Kept(boolean available, List<PaymentMethodCard> all) {}

    static Kept page(CardShapes.PaymentMethodPage page) {
        return new Kept(
                page.available(),
                page.data().stream().map(PaymentMethodCard::of).toList());
    }

    private static PaymentMethodCard of(CardShapes.PaymentMethod method) {
        String brand = method.brand().isEmpty()
                ? method.kind()
                : method.brand().substring(0, 1).toUpperCase(Locale.ROOT)
                        + method.brand().substring(1);
        return new PaymentMethodCard(
                method.id(),
                method.last4().isEmpty() ? brand : "%s ending in %s".formatted(brand, method.last4()),
                method.expMonth() == null || method.expYear() == null
                        ? null
                        : "%02d/%d".formatted(method.expMonth(), method.expYear()),
                method.isDefault());
    }
}
