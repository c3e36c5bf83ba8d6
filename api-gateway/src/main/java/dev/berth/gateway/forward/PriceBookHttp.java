package dev.berth.gateway.forward;

import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Price books, from billing, for the operator. */
@RestController
@Tag(name = "Operator")
class PriceBookHttp {
    private static final String PATH = "/internal/v1/operator/price_books";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    private final Downstream downstream;

    PriceBookHttp(Downstream downstream) {
        this.downstream = downstream;
    }

    /** A price book: the tree of its format, or YAML as a text. */
    record NewPriceBook(@Nullable JsonNode priceBook) {}

    /** What is to be priced: quantities by component, or what an account used in a period; less what was billed already. */
    record PriceSimulation(
            @Nullable JsonNode priceBook,
            @Nullable JsonNode quantities,
            @Nullable JsonNode alreadyBilled,
            @Nullable String account,
            @Nullable JsonNode period) {}

    @GetMapping("/operator/v1/price_books")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "List published price books",
            description =
                    "Every version of each, by name and currency, the latest first; `in_force` is what prices now.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of versions, without their prices.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode list(
            @RequestParam(required = false) @Nullable String name,
            @RequestParam(required = false) @Nullable String currency,
            Principal.Operator caller,
            RequestContext context,
            Paging paging) {
        return downstream.json(ContainersHttp.page(
                Call.get(Owner.BILLING, PATH, Asker.of(context))
                        .with("name", name)
                        .with("currency", currency),
                paging));
    }

    @GetMapping("/operator/v1/price_books/{name}/{currency}")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(summary = "Read a price book", description = "The version in force, or the one that is named.")
    @ApiResponse(
            responseCode = "200",
            description = "The book, as it can be published.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode get(
            @PathVariable String name,
            @PathVariable String currency,
            @Parameter(description = "Which version; from 1.") @RequestParam(required = false) @Nullable
                    Integer version,
            Principal.Operator caller,
            RequestContext context) {
        return downstream.json(
                Call.get(Owner.BILLING, path(name, currency), Asker.of(context)).with("version", version));
    }

    @GetMapping(value = "/operator/v1/price_books/{name}/{currency}.yaml", produces = "application/yaml")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "Export a price book",
            description = "The version in force, or the one that is named, as YAML.")
    @ApiResponse(
            responseCode = "200",
            description = "The book, as it can be published.",
            content = @Content(mediaType = "application/yaml", schema = @Schema(type = "string")))
    String yaml(
            @PathVariable String name,
            @PathVariable String currency,
            @RequestParam(required = false) @Nullable Integer version,
            Principal.Operator caller,
            RequestContext context) {
        Call call =
                Call.get(Owner.BILLING, path(name, currency), Asker.of(context)).with("version", version);
        return new String(downstream.bytes(call, "application/yaml"), StandardCharsets.UTF_8);
    }

    @PostMapping("/operator/v1/price_books")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Publish a price book",
            description =
                    "`price_book` is the book as an object, or as a text of YAML, whose faults are told with their line. A version "
                            + "never changes, takes effect in the future and after every other one; the first of a name and currency "
                            + "may have begun. The same book again answers the version that it is.")
    @ApiResponse(
            responseCode = "201",
            description = "The published version.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode publish(@RequestBody NewPriceBook wanted, Principal.Operator caller, RequestContext context) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.set("price_book", required(wanted.priceBook()));
        return downstream.json(Call.post(Owner.BILLING, PATH, Asker.of(context), body));
    }

    @PostMapping("/operator/v1/price_books/simulate")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @OwnTransaction
    @Operation(
            summary = "Simulate a price book",
            description =
                    "What a whole month of `quantities`, or of what `account` used in `period`, costs with a book that need not be "
                            + "published; with `already_billed`, each line is what is still to be billed. Nothing is changed.")
    @ApiResponse(
            responseCode = "200",
            description = "The lines and their total.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode simulate(@RequestBody PriceSimulation wanted, Principal.Operator caller, RequestContext context) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.set("price_book", required(wanted.priceBook()));
        body.set("quantities", wanted.quantities());
        body.set("already_billed", wanted.alreadyBilled());
        body.set("period", wanted.period());
        String account = wanted.account();
        if (account != null) {
            body.put("account", Ids.account(account).toString());
        }
        return downstream.json(Call.ask(Owner.BILLING, PATH + "/simulate", Asker.of(context), body));
    }

    private static JsonNode required(@Nullable JsonNode book) {
        if (book == null || !(book.isObject() || book.isString())) {
            throw Ids.invalid("price_book", "a price book is needed, as an object or as a text of YAML");
        }
        return book;
    }

    private static String path(String name, String currency) {
        if (!NAME.matcher(name).matches() || !CURRENCY.matcher(currency).matches()) {
            throw Refusal.notFound("price book", name + " " + currency);
        }
        return "%s/%s/%s".formatted(PATH, name, currency);
    }
}
