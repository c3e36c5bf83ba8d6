package dev.berth.gateway.forward;

import dev.berth.schema.unit.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The forms of ways to pay, and of attempts; see {@link Shapes}. */
public final class CardShapes {
    private CardShapes() {}

    /** A way to pay that a payment provider keeps. Of a card there is what a receipt shows. */
    public record PaymentMethod(
            String id,
            String kind,
            String brand,
            String last4,
            @Nullable Integer expMonth,
            @Nullable Integer expYear,
            boolean isDefault,
            Instant createdAt) {}

    /** Those of an account; {@code available} says whether any can be added here. */
    public record PaymentMethodPage(
            List<PaymentMethod> data, @Nullable String nextCursor, boolean available) {}

    /** Where a card is typed in, on the payment provider's page, and until when. */
    public record CardVisit(String url, Instant expiresAt) {}

    /** An attempt to pay an invoice; {@code state} is pending, requires_action, failed or succeeded; what went back of it are its {@code refunds}. */
    public record PaymentAttempt(
            String id,
            int attempt,
            String provider,
            String state,
            Money amount,
            @Nullable String paymentMethod,
            boolean automatic,
            @Nullable String code,
            @Nullable String message,
            @Nullable String actionUrl,
            @Nullable Instant actionDeadline,
            Instant createdAt,
            @Nullable Instant finishedAt,
            List<BillingShapes.InvoiceRefund> refunds) {}

    /** Attempts. */
    public record AttemptPage(
            List<PaymentAttempt> data, @Nullable String nextCursor) {}
}
