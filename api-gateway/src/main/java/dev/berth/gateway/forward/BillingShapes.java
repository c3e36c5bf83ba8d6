package dev.berth.gateway.forward;

import dev.berth.schema.unit.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The forms of what billing answers of an account beside its invoices; see {@link Shapes}. */
public final class BillingShapes {
    private BillingShapes() {}

    /**
     * What invoices say of the buyer, and how the next one is taxed: {@code tax_treatment} is {@code taxed}, {@code reverse_charge},
     * {@code exempt} or {@code outside}; {@code tax_rate} is a decimal such as {@code 0.19}.
     */
    public record BillingDetails(
            String account,
            String name,
            @Nullable String legalName,
            @Nullable String address,
            @Nullable String country,
            @Nullable String vatId,
            boolean taxExempt,
            String taxTreatment,
            String taxNote,
            String taxRate) {}

    /** What an invoice used of a grant; {@code returned_at} when the invoice was taken back. */
    public record CreditUse(
            String invoice,
            @Nullable String number,
            Money amount,
            Instant usedAt,
            @Nullable Instant returnedAt) {}

    /** A grant of credit: {@code kind} is prepaid, promotional or refund, {@code state} active, used, expired or void. */
    public record CreditGrant(
            String id,
            String account,
            String kind,
            String state,
            Money amount,
            Money left,
            int priority,
            String note,
            Instant createdAt,
            @Nullable Instant expiresAt,
            List<CreditUse> uses) {}

    /** What an account has; {@code unassigned} is the part that invoices carried to the next one and no grant has. */
    public record CreditPage(
            Money balance,
            Money unassigned,
            List<CreditGrant> data,
            @Nullable String nextCursor) {}

    /** A coupon that an account has; {@code percent} is a decimal, or null for an amount. */
    public record HeldCoupon(
            String code,
            String description,
            @Nullable String percent,
            @Nullable Money left,
            Money taken,
            Instant redeemedAt,
            @Nullable Instant endsAt) {}

    /** The coupons of an account, in the order in which they count. */
    public record HeldCouponPage(
            List<HeldCoupon> data, @Nullable String nextCursor) {}

    /** A group of rates: {@code rate} is a decimal such as {@code 0.19}. */
    public record TaxRow(String taxGroup, String label, String rate, Money base, Money tax) {}

    /**
     * What was taken back of an invoice: {@code unpaid} of it was still owed and is no more, {@code credited} became credit, {@code
     * refunded} was to be paid back when it was issued.
     */
    public record CreditNote(
            String id,
            String number,
            String invoice,
            String invoiceNumber,
            String account,
            Money net,
            Money tax,
            Money total,
            List<TaxRow> taxes,
            Money unpaid,
            Money credited,
            Money refunded,
            String reason,
            Instant issuedAt) {}

    /** A page of credit notes. */
    public record CreditNotePage(
            List<CreditNote> data, @Nullable String nextCursor) {}

    /**
     * Money that goes back by the way it came: {@code state} is pending, requires_action, succeeded, failed or canceled; one that failed
     * became {@code creditGrant}.
     */
    public record InvoiceRefund(
            String id,
            String creditNote,
            String payment,
            String invoice,
            String account,
            String provider,
            String state,
            Money amount,
            @Nullable String reference,
            @Nullable String code,
            @Nullable String message,
            @Nullable String creditGrant,
            Instant createdAt,
            @Nullable Instant finishedAt) {}

    /** A page of refunds. */
    public record InvoiceRefundPage(
            List<InvoiceRefund> data, @Nullable String nextCursor) {}

    /** How an invoice's subtotal becomes what is due. */
    public record Breakdown(Money discount, String taxTreatment, String taxNote, List<TaxRow> taxes, Money credits) {}

    /**
     * A test clock: {@code state} is ready, or advancing on the way to its target; {@code steps} counts the moments it has left behind, {@code
     * error} says why the last could not be ended, which is tried again.
     */
    public record TestClock(
            String account,
            Instant beganAt,
            Instant now,
            Instant target,
            String state,
            long steps,
            @Nullable String error) {}

    /** A container of which only its use is told. */
    public record SimulatedContainer(String container) {}
}
