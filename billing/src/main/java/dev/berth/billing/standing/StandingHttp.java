package dev.berth.billing.standing;

import static dev.berth.schema.db.billing.Tables.INVOICE;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.unit.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How accounts stand, for the customer and for the operator. */
@RestController
@RequestMapping("/internal/v1")
class StandingHttp {
    private static final int MAX_REASON = 500;

    private final DSLContext dsl;
    private final Customers customers;
    private final Dunning dunning;
    private final InstantSource clock;

    StandingHttp(DSLContext dsl, Customers customers, Dunning dunning, InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.dunning = dunning;
        this.clock = clock;
    }

    record DunningRequest(
            @Nullable AccountId account, @Nullable Instant at) {}

    record StandingRequest(
            @Nullable Standing standing, @Nullable String reason) {}

    record Account(
            AccountId account,
            String name,
            String email,
            String plan,
            String currency,
            String timeZone,
            String priceBook,
            Instant openedAt,
            @Nullable Instant closedAt,
            Standing standing,
            String standingReason,
            Money owed) {}

    @GetMapping("/standing")
    AccountStanding standing(Caller caller) {
        return dunning.of(caller.account());
    }

    @PostMapping("/operator/dunning/run")
    Page<AccountStanding> run(Caller caller, @RequestBody(required = false) @Nullable DunningRequest request) {
        caller.mustBeOperator();
        Instant at = request == null ? null : request.at();
        AccountId account = request == null || request.account() == null ? caller.named() : request.account();
        if (account == null) {
            Instant now = clock.instant();
            return new Page<>(dunning.pass(at == null ? now : at, caller.cause(now), _ -> {}), null);
        }
        customers.require(account);
        return AccountTime.within(dsl, account, () -> {
            Instant now = clock.instant();
            return new Page<>(
                    dunning.judge(account, at == null ? now : at, caller.cause(now), _ -> {}).stream()
                            .toList(),
                    null);
        });
    }

    @PostMapping("/operator/accounts/{id}/standing")
    AccountStanding set(Caller caller, @PathVariable String id, @RequestBody StandingRequest request) {
        caller.mustBeOperator();
        String reason = request.reason();
        if (request.standing() == null) {
            throw Refusal.invalid("standing", "good, suspended or closed");
        }
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON) {
            throw Refusal.invalid("reason", "a reason of at most %d characters is needed".formatted(MAX_REASON));
        }
        return dunning.set(account(id), request.standing(), reason, caller.cause(clock.instant()));
    }

    @GetMapping("/operator/accounts")
    Page<Account> accounts(
            Caller caller,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        caller.mustBeOperator();
        int size = Page.limit(limit);
        List<Customer> rows = customers.page(cursor == null ? null : account(cursor), size + 1);
        Map<AccountId, Long> owed = owed(rows.stream().map(Customer::account).toList());
        Page<Customer> page = Page.of(rows, size, customer -> customer.account().toString());
        return new Page<>(
                page.data().stream()
                        .map(customer -> account(customer, owed.getOrDefault(customer.account(), 0L)))
                        .toList(),
                page.nextCursor());
    }

    private Account account(Customer customer, long owedMinor) {
        AccountStanding standing = dunning.of(customer.account());
        return new Account(
                customer.account(),
                customer.name(),
                customer.email(),
                customer.plan(),
                customer.currency(),
                customer.zone().getId(),
                customer.priceBookOf(clock.instant()),
                customer.openedAt(),
                customer.closedAt(),
                standing.standing(),
                standing.reason(),
                new Money(owedMinor, customer.currency()));
    }

    private Map<AccountId, Long> owed(List<AccountId> accounts) {
        Map<AccountId, Long> owed = new HashMap<>();
        dsl.select(INVOICE.ACCOUNT_ID, DSL.sum(INVOICE.AMOUNT_DUE_MINOR))
                .from(INVOICE)
                .where(INVOICE.ACCOUNT_ID.in(accounts), INVOICE.STATUS.eq(InvoiceStatus.FINAL.text()))
                .groupBy(INVOICE.ACCOUNT_ID)
                .forEach(row -> owed.put(
                        row.value1(),
                        Optional.ofNullable(row.value2())
                                .map(BigDecimal::longValueExact)
                                .orElse(0L)));
        return owed;
    }

    private static AccountId account(String text) {
        try {
            return AccountId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.NOT_FOUND, "There is no account of that id.");
        }
    }
}
