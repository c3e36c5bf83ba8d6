package dev.berth.billing.invoice;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the operator does to periods and invoices. */
@RestController
@RequestMapping("/internal/v1/operator")
class CloseHttp {
    private static final int MAX_REASON = 500;

    private final DSLContext dsl;
    private final Customers customers;
    private final Periods periods;
    private final CloseRequests requests;
    private final Settlement settlement;
    private final InvoiceReader reader;
    private final InvoiceProperties properties;
    private final InstantSource clock;

    CloseHttp(
            DSLContext dsl,
            Customers customers,
            Periods periods,
            CloseRequests requests,
            Settlement settlement,
            InvoiceReader reader,
            InvoiceProperties properties,
            InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.periods = periods;
        this.requests = requests;
        this.settlement = settlement;
        this.reader = reader;
        this.properties = properties;
        this.clock = clock;
    }

    record CloseRequested(
            @Nullable AccountId account, @Nullable Instant at) {}

    record Close(
            AccountId account,
            Period period,
            String state,
            @Nullable InvoiceId invoice,
            @Nullable String detail) {
        static Close of(BillingPeriod period) {
            return new Close(
                    period.account(), period.period(), period.state().text(), period.invoice(), period.lastError());
        }
    }

    /** The periods that end; {@code at} and {@code state} (closing, waiting_for_watermark, finished) of a close of all. */
    record Closes(
            @Nullable Instant at,
            @Nullable String state,
            List<Close> closes,
            @Nullable String nextCursor) {
        static Closes of(BillingPeriod period) {
            return new Closes(null, null, List.of(Close.of(period)), null);
        }

        static Closes of(CloseRequest request, Page<BillingPeriod> page) {
            return new Closes(
                    request.at(),
                    request.state(),
                    page.data().stream().map(Close::of).toList(),
                    page.nextCursor());
        }
    }

    record VoidRequest(@Nullable String reason) {}

    /**
     * Closes one account's open period at once, or asks for a close of all, which the loop works off; then the answer is a page of
     * what is ended so far. With {@code at} the same call is the same close for ever; without it, while a close waits and for a
     * short time after it finished, the call answers that one.
     */
    @PostMapping("/close")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Closes close(
            Caller caller,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestBody(required = false) @Nullable CloseRequested request) {
        caller.mustBeOperator();
        CloseRequested asked = request == null ? new CloseRequested(null, null) : request;
        AccountId account = asked.account() == null ? caller.named() : asked.account();
        Instant now = (account == null ? clock.instant() : AccountTime.within(dsl, account, clock::instant))
                .truncatedTo(ChronoUnit.MILLIS);
        Instant at = asked.at() == null ? null : asked.at().truncatedTo(ChronoUnit.MILLIS);
        if (at != null && at.isAfter(now)) {
            throw new Refusal(ErrorCode.PERIOD_NOT_OVER, "%s is in the future; it is %s.".formatted(at, now));
        }
        if (account != null) {
            Customer customer = customers.require(account);
            return Closes.of(close(caller, customer, at, now)
                    .orElseThrow(() -> Refusal.invalid("at", "the account had no period then")));
        }
        if (cursor != null && at == null) {
            throw Refusal.invalid("at", "the next page is of the same close: name the at of the answer");
        }
        int size = Page.limit(limit);
        CloseRequest all = requests.ask(at, now, caller.cause(now));
        AccountId after = cursor == null ? null : cursor(cursor);
        return Closes.of(
                all,
                Page.of(
                        periods.closedAt(dsl, all.at(), after, size + 1),
                        size,
                        period -> period.account().toString()));
    }

    @PostMapping("/invoices/{id}/void")
    InvoiceView voidInvoice(Caller caller, @PathVariable String id, @RequestBody VoidRequest request) {
        caller.mustBeOperator();
        String reason = request.reason();
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON) {
            throw Refusal.invalid("reason", "a reason of at most %d characters is needed".formatted(MAX_REASON));
        }
        InvoiceId invoice = InvoiceIds.of(id);
        settlement.voidInvoice(invoice, reason, caller.cause(clock.instant()));
        return reader.find(invoice).orElseThrow(() -> InvoiceIds.unknown(id));
    }

    @PostMapping("/invoices/{id}/write_off")
    InvoiceView writeOff(Caller caller, @PathVariable String id) {
        caller.mustBeOperator();
        InvoiceId invoice = InvoiceIds.of(id);
        settlement.writeOff(invoice, caller.cause(clock.instant()));
        return reader.find(invoice).orElseThrow(() -> InvoiceIds.unknown(id));
    }

    private Optional<BillingPeriod> close(Caller caller, Customer customer, @Nullable Instant at, Instant now) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            if (at == null) {
                Optional<BillingPeriod> last =
                        periods.lastByOperator(transaction, customer.account()).filter(period -> repeats(period, now));
                if (last.isPresent()) {
                    return last;
                }
            }
            return periods.close(
                    transaction, customer, at == null ? now : at, Periods.AskedBy.OPERATOR, caller.cause(now), now);
        });
    }

    private boolean repeats(BillingPeriod last, Instant now) {
        Instant finished = last.finishedAt();
        return finished == null || now.isBefore(finished.plus(properties.repeat()));
    }

    private static AccountId cursor(String text) {
        try {
            return AccountId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "take it from next_cursor of the page before");
        }
    }
}
