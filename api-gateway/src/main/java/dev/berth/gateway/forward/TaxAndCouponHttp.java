package dev.berth.gateway.forward;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.id.TaxRateId;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The operator's rates of tax and coupons, in billing. */
@RestController
@Tag(name = "Operator")
class TaxAndCouponHttp {
    private static final String RATES = "/internal/v1/operator/tax_rates";
    private static final String COUPONS = "/internal/v1/operator/coupons";
    private static final Pattern CODE = Pattern.compile("[A-Z0-9][A-Z0-9_-]{2,39}");
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

    private final Downstream downstream;
    private final Accounts accounts;

    TaxAndCouponHttp(Downstream downstream, Accounts accounts) {
        this.downstream = downstream;
        this.accounts = accounts;
    }

    /** A rate of tax: {@code tax_group} is standard unless said, {@code rate} a decimal such as "0.19". */
    record NewTaxRate(
            @Nullable String country,
            @Nullable String taxGroup,
            @Nullable String label,
            @Nullable String rate,
            @Nullable Instant validFrom) {}

    /** A coupon: a {@code percent}, or an {@code amount}. */
    record NewCoupon(
            @Nullable String code,
            @Nullable String description,
            @Nullable String percent,
            @Nullable GivenMoney amount,
            @Nullable GivenMoney maxDiscount,
            @Nullable Integer months,
            @Nullable Integer maxRedemptions,
            @Nullable Instant redeemBy) {}

    /** Who is given a coupon. */
    record CouponFor(@Nullable String account) {}

    @GetMapping("/operator/v1/tax_rates")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "List rates of tax",
            description = "All that were, are and will be, by country and group, each with the time in which it holds.")
    @ApiResponse(
            responseCode = "200",
            description = "The rates.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode rates(
            @Parameter(description = "Only this country's, such as DE.") @RequestParam(required = false) @Nullable
                    String country,
            Principal.Operator caller,
            RequestContext context) {
        if (country != null && !COUNTRY.matcher(country).matches()) {
            throw Ids.invalid("country", "is two capital letters, such as DE");
        }
        return downstream.json(Call.get(Owner.BILLING, RATES, Asker.of(context)).with("country", country));
    }

    @PostMapping("/operator/v1/tax_rates")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Add a rate of tax",
            description =
                    "A `rate` below 1 for a `country` and a `tax_group`, which is `standard` or one that components of price books name, from "
                            + "`valid_from` (now, if not given) until the next one. The first may have begun; any other begins in the future and "
                            + "after the one before, so that nothing is taxed anew. Invoices copy the rate that holds when they are made.")
    @ApiResponse(responseCode = "201", description = "The rate.", content = @Content(schema = @Schema(type = "object")))
    JsonNode addRate(@RequestBody NewTaxRate wanted, Principal.Operator caller, RequestContext context) {
        return downstream.json(
                Call.post(Owner.BILLING, RATES, Asker.of(context), Json.mapper().valueToTree(wanted)));
    }

    @DeleteMapping("/operator/v1/tax_rates/{id}")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a rate of tax", description = "One that has not begun.")
    @ApiResponse(responseCode = "204", description = "It is gone.")
    void deleteRate(@PathVariable String id, Principal.Operator caller, RequestContext context) {
        TaxRateId rate = GivenId.need("rate of tax", id, TaxRateId::parse);
        JsonNode _ =
                downstream.json(Call.post(Owner.BILLING, "%s/%s/delete".formatted(RATES, rate), Asker.of(context)));
    }

    @GetMapping("/operator/v1/coupons")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(summary = "List coupons", description = "By code, those that are archived too.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of coupons.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode coupons(Principal.Operator caller, RequestContext context, Paging paging) {
        return downstream.json(ContainersHttp.page(Call.get(Owner.BILLING, COUPONS, Asker.of(context)), paging));
    }

    @GetMapping("/operator/v1/coupons/{code}")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(summary = "Read a coupon", description = "Its terms, and how many accounts have it.")
    @ApiResponse(
            responseCode = "200",
            description = "The coupon.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode coupon(@PathVariable String code, Principal.Operator caller, RequestContext context) {
        return downstream.json(Call.get(Owner.BILLING, COUPONS + "/" + code(code), Asker.of(context)));
    }

    @PostMapping("/operator/v1/coupons")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a coupon",
            description =
                    "Either `percent` (\"10\" is 10 %; for `months` billing months, the one in which it is redeemed included, or for ever; at "
                            + "most `max_discount` in all) or `amount`, which is used up over invoices. `max_redemptions` bounds how many accounts "
                            + "can redeem it, `redeem_by` until when. Its terms never change; it can be archived.")
    @ApiResponse(
            responseCode = "201",
            description = "The coupon.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode makeCoupon(@RequestBody NewCoupon wanted, Principal.Operator caller, RequestContext context) {
        return downstream.json(Call.post(
                Owner.BILLING, COUPONS, Asker.of(context), Json.mapper().valueToTree(wanted)));
    }

    @PostMapping("/operator/v1/coupons/{code}/archive")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(
            summary = "Archive a coupon",
            description = "Nobody can redeem it any more; who has it keeps it. Twice changes nothing.")
    @ApiResponse(
            responseCode = "200",
            description = "The coupon.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode archive(@PathVariable String code, Principal.Operator caller, RequestContext context) {
        return downstream.json(
                Call.post(Owner.BILLING, "%s/%s/archive".formatted(COUPONS, code(code)), Asker.of(context)));
    }

    @PostMapping("/operator/v1/coupons/{code}/attach")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(
            summary = "Give a coupon to an account",
            description = "As if it had redeemed it, also one that is archived, over or given out in full.")
    @ApiResponse(
            responseCode = "200",
            description = "The coupon as the account has it.",
            content = @Content(schema = @Schema(implementation = BillingShapes.HeldCoupon.class)))
    JsonNode attach(
            @PathVariable String code,
            @RequestBody CouponFor wanted,
            Principal.Operator caller,
            RequestContext context) {
        if (wanted.account() == null) {
            throw Ids.invalid("account", "is required");
        }
        String account = accounts.get(Ids.account(wanted.account())).id().toString();
        return downstream.json(Call.post(
                Owner.BILLING,
                "%s/%s/attach".formatted(COUPONS, code(code)),
                Asker.of(context),
                Json.mapper().createObjectNode().put("account", account)));
    }

    private static String code(String text) {
        String code = text.toUpperCase(Locale.ROOT);
        if (!CODE.matcher(code).matches()) {
            throw Refusal.notFound("coupon", text);
        }
        return code;
    }
}
