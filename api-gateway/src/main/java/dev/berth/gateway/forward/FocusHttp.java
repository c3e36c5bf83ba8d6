package dev.berth.gateway.forward;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Charges in the format of FOCUS, for tools that compare the costs of several providers. */
@RestController
class FocusHttp {
    private static final String TYPE = "text/csv";

    private final Evidence files;
    private final Accounts accounts;

    FocusHttp(Evidence files, Accounts accounts) {
        this.files = files;
        this.accounts = accounts;
    }

    @GetMapping("/v1/usage/focus.csv")
    @Requires(Scope.BILLING_READ)
    @ApiResponse(
            responseCode = "200",
            description = "The charges.",
            content = @Content(mediaType = TYPE, schema = @Schema(type = "string")))
    ResponseEntity<byte[]> focus(
            @Parameter(description = "A time, or a date in the account's time zone; 400 days before `to` if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String from,
            @Parameter(description = "The end, which is not part of it; now if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String to,
            @Parameter(description = "Only this invoice, whatever its period.")
                    @RequestParam(required = false)
                    @Nullable
                    String invoice,
            Principal.Customer caller,
            RequestContext context) {
        ZoneId zone = ZoneId.of(accounts.get(caller.account()).timeZone());
        Call call = Call.get(Owner.BILLING, "/internal/v1/usage/focus", Asker.of(context))
                .with("from", text(Ids.instant("from", from, zone)))
                .with("to", text(Ids.instant("to", to, zone)))
                .with("invoice", invoice(invoice));
        return files.whole(call, TYPE, caller.account() + ".focus.csv");
    }

    private static @Nullable InvoiceId invoice(@Nullable String text) {
        return text == null
                ? null
                : GivenId.read(text, InvoiceId::parse)
                        .orElseThrow(() -> Ids.invalid("invoice", "must be the id of an invoice"));
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : Json.text(at);
    }
}
