package dev.berth.gateway.forward;

import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The ways to pay of an account. No card passes through here: it is typed in on the payment provider's own page. */
@RestController
@Tag(name = "Payment methods", description = "How invoices are paid by themselves.")
class PaymentMethodsHttp {
    private final PaymentMethods methods;

    PaymentMethodsHttp(PaymentMethods methods) {
        this.methods = methods;
    }

    /** How it is to be kept: as the default, unless it says no. */
    record CardToAdd(@Nullable Boolean makeDefault) {}

    @GetMapping("/v1/payment_methods")
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "List payment methods",
            description =
                    "The oldest first, with what was just added on the payment provider's page. An account has at "
                            + "most 20. `available` says whether any can be added here.")
    @ApiResponse(
            responseCode = "200",
            description = "The payment methods.",
            content = @Content(schema = @Schema(implementation = CardShapes.PaymentMethodPage.class)))
    JsonNode list(Principal.Customer caller, RequestContext context) {
        return methods.list(Asker.of(context));
    }

    @PostMapping("/v1/payment_methods")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Add a card",
            description =
                    "Answers the page of the payment provider on which it is typed in; from there its owner comes "
                            + "back to the portal. It becomes the default unless `make_default` is false, and then what is owed "
                            + "is tried with it at once.")
    @ApiResponse(
            responseCode = "201",
            description = "Where, and until when.",
            content = @Content(schema = @Schema(implementation = CardShapes.CardVisit.class)))
    JsonNode add(
            @RequestBody(required = false) @Nullable CardToAdd wanted,
            Principal.Customer caller,
            RequestContext context) {
        return methods.add(Asker.of(context), wanted == null || !Boolean.FALSE.equals(wanted.makeDefault()));
    }

    @PostMapping("/v1/payment_methods/{id}/make_default")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Operation(summary = "Make a payment method the default", description = "What is owed is tried with it at once.")
    @ApiResponse(
            responseCode = "200",
            description = "The payment method.",
            content = @Content(schema = @Schema(implementation = CardShapes.PaymentMethod.class)))
    JsonNode makeDefault(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        return methods.makeDefault(Asker.of(context), Ids.paymentMethod(id));
    }

    @DeleteMapping("/v1/payment_methods/{id}")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Operation(
            summary = "Remove a payment method",
            description = "The provider forgets it, too. If it was the default, the newest that is left becomes it.")
    @ApiResponse(responseCode = "204", description = "It is gone.")
    ResponseEntity<Void> remove(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        methods.remove(Asker.of(context), Ids.paymentMethod(id));
        return ResponseEntity.noContent().build();
    }
}
