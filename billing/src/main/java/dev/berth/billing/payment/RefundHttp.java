package dev.berth.billing.payment;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.GivenId;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.CreditNoteView;
import dev.berth.billing.invoice.CreditNotes;
import dev.berth.billing.invoice.InvoiceIds;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.RefundId;
import dev.berth.schema.unit.Money;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the operator takes back of an invoice, as credit or as money, and what became of the money. */
@RestController
@RequestMapping("/internal/v1/operator")
class RefundHttp {
    private static final int MAX_REASON = 500;
    private static final int MAX_REFERENCE = 200;
    private static final String KEY = "Idempotency-Key";

    private final CreditNotes notes;
    private final Refunds refunds;
    private final InstantSource clock;

    RefundHttp(CreditNotes notes, Refunds refunds, InstantSource clock) {
        this.notes = notes;
        this.refunds = refunds;
        this.clock = clock;
    }

    /**
     * {@code net} is before tax; without it all that is left is taken back. With {@code refund} what was paid of it goes back by the way
     * it came; {@code reference} names the transfer, for what came in by hand.
     */
    record NewCreditNote(
            @Nullable Money net,
            @Nullable String reason,
            @Nullable Boolean refund,
            @Nullable String reference) {}

    /** {@code reference} names the transfer, for what came in by hand. */
    record NewRefund(@Nullable String reference) {}

    @PostMapping("/invoices/{id}/credit_notes")
    @ResponseStatus(HttpStatus.CREATED)
    CreditNoteView issue(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = KEY, required = false) @Nullable String key,
            @RequestBody NewCreditNote wanted) {
        caller.mustBeOperator();
        String reason = wanted.reason() == null ? "" : wanted.reason().strip();
        if (reason.isEmpty() || reason.length() > MAX_REASON || reason.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.invalid("reason", "a reason of at most %d characters is needed".formatted(MAX_REASON));
        }
        Money net = wanted.net();
        if (net != null && net.amountMinor() < 1) {
            throw Refusal.invalid("net.amount_minor", "is at least 1; without net all that is left is taken back");
        }
        boolean back = Boolean.TRUE.equals(wanted.refund());
        if (!back && wanted.reference() != null) {
            throw Refusal.invalid("reference", "names the transfer of a refund; set refund to true");
        }
        CreditNotes.Asked asked = new CreditNotes.Asked(InvoiceIds.of(id), net, reason, key);
        return back
                ? refunds.issue(asked, reference(wanted.reference()), caller.cause(clock.instant()))
                : notes.issue(asked.invoice(), net, reason, key, caller.cause(clock.instant()));
    }

    @PostMapping("/credit_notes/{id}/refund")
    Page<RefundView> refund(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = KEY, required = false) @Nullable String key,
            @RequestBody(required = false) @Nullable NewRefund wanted) {
        caller.mustBeOperator();
        CreditNoteId note = GivenId.need("credit note", id, CreditNoteId::parse);
        String reference = reference(wanted == null ? null : wanted.reference());
        return new Page<>(
                refunds.refund(note, reference, key, caller.cause(clock.instant())).stream()
                        .map(RefundView::of)
                        .toList(),
                null);
    }

    @GetMapping("/refunds")
    Page<RefundView> list(
            Caller caller,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        caller.mustBeOperator();
        RefundId before;
        try {
            before = cursor == null ? null : RefundId.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "take it from next_cursor of the page before");
        }
        int size = Page.limit(limit);
        List<RefundView> rows = refunds.page(state(state), before, size + 1);
        return Page.of(rows, size, refund -> refund.id().toString());
    }

    private static @Nullable RefundState state(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(RefundState.values())
                .filter(state -> state.text().equals(text))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid(
                        "state",
                        "one of "
                                + Arrays.stream(RefundState.values())
                                        .map(RefundState::text)
                                        .collect(Collectors.joining(", "))));
    }

    private static @Nullable String reference(@Nullable String given) {
        if (given == null) {
            return null;
        }
        String reference = given.strip();
        if (reference.isEmpty()
                || reference.length() > MAX_REFERENCE
                || reference.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.invalid("reference", "has 1 to %d characters".formatted(MAX_REFERENCE));
        }
        return reference;
    }
}
