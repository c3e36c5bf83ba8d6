package dev.berth.gateway.forward;

import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** What proves invoices: evidence, the keys that sign, and invoices computed again. */
@RestController
class EvidenceHttp {
    private final Evidence evidence;
    private final Downstream downstream;

    EvidenceHttp(Evidence evidence, Downstream downstream) {
        this.evidence = evidence;
        this.downstream = downstream;
    }

    /** The public half of a key that signs invoices, or did; {@code retiredAt} null while it does. */
    record SigningKeyShape(
            String keyId,
            String algorithm,
            String publicKey,
            Instant createdAt,
            @Nullable Instant retiredAt) {}

    /** All of them, the newest first. */
    record SigningKeyPage(
            List<SigningKeyShape> data, @Nullable String nextCursor) {}

    /** What came out when an invoice was computed again, and the first difference, if there is one. */
    record ReplayShape(
            String invoice,
            String number,
            boolean same,
            String document,
            String recomputed,
            long pieces,
            ReplayCutOffs cutOffs,
            @Nullable ReplayDifference difference) {}

    /** Up to when use counted, and up to which arrival. */
    record ReplayCutOffs(Instant eventTime, int partition, long ingested) {}

    /** A row of the evidence, and in it the field that came out otherwise. */
    record ReplayDifference(long row, String kind, String field, String expected, String found, String meaning) {}

    @GetMapping("/v1/invoices/{id}/evidence")
    @Requires(Scope.BILLING_READ)
    @ApiResponse(
            responseCode = "200",
            description = "The evidence, one row of JSON a line.",
            content = @Content(mediaType = Evidence.TYPE, schema = @Schema(type = "string", format = "binary")))
    void evidence(
            @PathVariable String id, Principal.Customer caller, RequestContext context, HttpServletResponse response)
            throws IOException {
        evidence.pass(Asker.of(context), Ids.invoice(id), response);
    }

    @GetMapping("/v1/signing_keys")
    @Requires.Open
    @ApiResponse(
            responseCode = "200",
            description = "The keys.",
            content = @Content(schema = @Schema(implementation = SigningKeyPage.class)))
    JsonNode keys(RequestContext context) {
        return evidence.keys(Asker.of(context));
    }

    @PostMapping("/operator/v1/signing_keys/rotate")
    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @OwnTransaction
    @ApiResponse(
            responseCode = "200",
            description = "The key that signs from now on.",
            content = @Content(schema = @Schema(implementation = SigningKeyShape.class)))
    JsonNode rotate(Principal.Operator caller, RequestContext context) {
        return operator("/internal/v1/operator/signing_keys/rotate", context);
    }

    @PostMapping("/operator/v1/invoices/{id}/replay")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @ApiResponse(
            responseCode = "200",
            description = "Whether the same came out.",
            content = @Content(schema = @Schema(implementation = ReplayShape.class)))
    JsonNode replay(@PathVariable String id, Principal.Operator caller, RequestContext context) {
        return operator("/internal/v1/operator/invoices/%s/replay".formatted(Ids.invoice(id)), context);
    }

    private JsonNode operator(String path, RequestContext context) {
        return downstream.json(Call.post(Owner.BILLING, path, Asker.of(context)));
    }
}
