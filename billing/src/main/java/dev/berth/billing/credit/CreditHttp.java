package dev.berth.billing.credit;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.GivenId;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.unit.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
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

/** Credit: read by the customer, granted and voided by the operator. */
@RestController
@RequestMapping("/internal/v1")
class CreditHttp {
    private static final int FIRST_PRIORITY = 50;
    private static final int MAX_NOTE = 200;

    private final DSLContext dsl;
    private final Customers customers;
    private final Credits credits;
    private final CreditReader reader;
    private final InstantSource clock;

    CreditHttp(DSLContext dsl, Customers customers, Credits credits, CreditReader reader, InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.credits = credits;
        this.reader = reader;
        this.clock = clock;
    }

    record GrantRequest(
            @Nullable Money amount,
            @Nullable String kind,
            @Nullable Integer priority,
            @Nullable String note,
            @Nullable Instant expiresAt) {}

    @GetMapping("/credits")
    CreditReader.View list(
            Caller caller,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Customer customer = customers.require(caller.account());
        CreditGrantId before;
        try {
            before = cursor == null ? null : CreditGrantId.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "take it from next_cursor of the page before");
        }
        return reader.of(customer.account(), customer.currency(), before, Page.limit(limit));
    }

    @PostMapping("/operator/accounts/{id}/credits")
    @ResponseStatus(HttpStatus.CREATED)
    CreditReader.Grant grant(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestBody GrantRequest request) {
        caller.mustBeOperator();
        Customer customer = customers.require(account(id));
        Credits.NewGrant wanted = read(customer, request, key);
        CreditGrantId made = dsl.transactionResult(
                configuration -> credits.grant(configuration.dsl(), wanted, caller.cause(clock.instant())));
        return reader.show(credits.find(dsl, made).orElseThrow());
    }

    @PostMapping("/operator/credits/{id}/void")
    CreditReader.Grant voided(Caller caller, @PathVariable String id) {
        caller.mustBeOperator();
        CreditGrantId grant = GivenId.need("credit grant", id, CreditGrantId::parse);
        return reader.show(credits.voidGrant(grant, caller.cause(clock.instant())));
    }

    private Credits.NewGrant read(Customer customer, GrantRequest request, @Nullable String key) {
        List<Refusal.Field> wrong = new ArrayList<>();
        Money amount = request.amount();
        if (amount == null || amount.amountMinor() < 1 || amount.amountMinor() > Credits.MAX_MINOR) {
            wrong.add(new Refusal.Field(
                    "amount", "an amount_minor of 1 to %d and a currency are needed".formatted(Credits.MAX_MINOR)));
        } else if (!amount.currency().equals(customer.currency())) {
            wrong.add(new Refusal.Field("amount.currency", "the account pays in %s".formatted(customer.currency())));
        }
        String kind = request.kind() == null ? "promotional" : request.kind();
        if (!kind.equals("promotional") && !kind.equals("prepaid")) {
            wrong.add(new Refusal.Field("kind", "one of promotional, prepaid"));
        }
        int priority = request.priority() == null ? FIRST_PRIORITY : request.priority();
        if (priority < 0 || priority > Credits.MAX_PRIORITY) {
            wrong.add(
                    new Refusal.Field("priority", "0 to %d; the lowest is used first".formatted(Credits.MAX_PRIORITY)));
        }
        String note = request.note() == null ? "" : request.note().strip();
        if (note.length() > MAX_NOTE || note.chars().anyMatch(Character::isISOControl)) {
            wrong.add(new Refusal.Field("note", "has at most %d characters".formatted(MAX_NOTE)));
        }
        Instant expiresAt = request.expiresAt();
        if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
            wrong.add(new Refusal.Field("expires_at", "is in the future, or left out for no end"));
        }
        if (!wrong.isEmpty() || amount == null) {
            throw new Refusal(ErrorCode.INVALID, "The grant cannot be made.", wrong);
        }
        return new Credits.NewGrant(
                customer.account(),
                CreditGrant.Kind.of(kind),
                amount.currency(),
                amount.amountMinor(),
                priority,
                note,
                expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MILLIS),
                key);
    }

    private static AccountId account(String text) {
        return GivenId.need("account", text, AccountId::parse);
    }
}
