package dev.berth.billing.invoice;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the operator does to periods and invoices. */
@RestController
@RequestMapping("/internal/v1/operator")
class CloseHttp {
    private static final int PAGE = 500;
    private static final int MAX_REASON = 500;

    private final DSLContext dsl;
    private final Customers customers;
    private final Periods periods;
    private final Settlement settlement;
    private final InvoiceReader reader;
    private final InvoiceProperties properties;
    private final InstantSource clock;

    CloseHttp(
            DSLContext dsl,
            Customers customers,
            Periods periods,
            Settlement settlement,
            InvoiceReader reader,
            InvoiceProperties properties,
            InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.periods = periods;
        this.settlement = settlement;
        this.reader = reader;
        this.properties = properties;
        this.clock = clock;
    }

    record CloseRequest(
            @Nullable AccountId account, @Nullable Instant at) {}

    record Close(
            AccountId account,
            Period period,
            String state,
            @Nullable InvoiceId invoice,
            @Nullable String detail) {}

    record Closes(List<Close> closes) {}

    record VoidRequest(@Nullable String reason) {}

    /**
     * Closes one account's open period, or those of all. With {@code at} the same call is the same close for ever; without it,
     * while a close waits and for a short time after it finished, the call answers that one.
     */
    @PostMapping("/close")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Closes close(Caller caller, @RequestBody(required = false) @Nullable CloseRequest request) {
        caller.mustBeOperator();
        CloseRequest asked = request == null ? new CloseRequest(null, null) : request;
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant at = asked.at() == null ? null : asked.at().truncatedTo(ChronoUnit.MILLIS);
        if (at != null && at.isAfter(now)) {
            throw new Refusal(ErrorCode.PERIOD_NOT_OVER, "%s is in the future; it is %s.".formatted(at, now));
        }
        AccountId account = asked.account() == null ? caller.named() : asked.account();
        if (account != null) {
            Customer customer = customers.require(account);
            return new Closes(List.of(close(caller, customer, at, now)
                    .orElseThrow(() -> Refusal.invalid("at", "the account had no period then"))));
        }
        List<Close> closes = new ArrayList<>();
        List<Customer> page = customers.page(null, PAGE);
        while (!page.isEmpty()) {
            for (Customer customer : page) {
                close(caller, customer, at, now).ifPresent(closes::add);
            }
            page = customers.page(page.getLast().account(), PAGE);
        }
        return new Closes(closes);
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

    private Optional<Close> close(Caller caller, Customer customer, @Nullable Instant at, Instant now) {
        return dsl.transactionResult(configuration -> {
                    DSLContext transaction = configuration.dsl();
                    if (at == null) {
                        Optional<BillingPeriod> last = periods.lastByOperator(transaction, customer.account())
                                .filter(period -> repeats(period, now));
                        if (last.isPresent()) {
                            return last;
                        }
                    }
                    return periods.close(
                            transaction,
                            customer,
                            at == null ? now : at,
                            Periods.AskedBy.OPERATOR,
                            caller.cause(now),
                            now);
                })
                .map(period -> new Close(
                        period.account(),
                        period.period(),
                        period.state().text(),
                        period.invoice(),
                        period.lastError()));
    }

    private boolean repeats(BillingPeriod last, Instant now) {
        Instant finished = last.finishedAt();
        return finished == null || now.isBefore(finished.plus(properties.repeat()));
    }
}
