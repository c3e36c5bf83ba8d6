package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Paging;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.wire.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What billing knows of an account beside its invoices: who buys, its credit, its coupons. Thread-safe. */
@Component
public class BillingAccount {
    private static final String PATH = "/internal/v1";

    private final Downstream downstream;

    BillingAccount(Downstream downstream) {
        this.downstream = downstream;
    }

    /** What a customer says of itself for its invoices: null stays as it is, an empty text takes out. */
    public record BillingChange(
            @Nullable String legalName,
            @Nullable String address,
            @Nullable String country,
            @Nullable String vatId) {
        private ObjectNode body() {
            Map<String, String> given = new LinkedHashMap<>();
            given.put("legal_name", legalName);
            given.put("address", address);
            given.put("country", country);
            given.put("vat_id", vatId);
            ObjectNode body = Json.mapper().createObjectNode();
            given.forEach((name, text) -> {
                if (text != null) {
                    body.put(name, text.isBlank() ? null : text);
                }
            });
            return body;
        }
    }

    JsonNode details(Asker asker) {
        return downstream.json(Call.get(Owner.BILLING, PATH + "/billing_details", asker));
    }

    JsonNode change(Asker asker, BillingChange change) {
        return downstream.json(Call.post(Owner.BILLING, PATH + "/billing_details", asker, change.body()));
    }

    JsonNode credits(Asker asker, Paging paging) {
        return downstream.json(ContainersHttp.page(Call.get(Owner.BILLING, PATH + "/credits", asker), paging));
    }

    JsonNode coupons(Asker asker) {
        return downstream.json(Call.get(Owner.BILLING, PATH + "/coupons", asker));
    }

    JsonNode redeem(Asker asker, @Nullable String code) {
        ObjectNode body = Json.mapper().createObjectNode().put("code", Ids.text("code", code == null ? "" : code, 100));
        return downstream.json(Call.post(Owner.BILLING, PATH + "/coupons/redeem", asker, body));
    }

    JsonNode creditNotes(Asker asker, @Nullable String invoice, Paging paging) {
        return downstream.json(ContainersHttp.page(
                Call.get(Owner.BILLING, PATH + "/credit_notes", asker)
                        .with("invoice", invoice == null ? null : Ids.invoice(invoice)),
                paging));
    }

    JsonNode creditNote(Asker asker, CreditNoteId note) {
        return downstream.json(Call.get(Owner.BILLING, PATH + "/credit_notes/" + note, asker));
    }

    /** One as a PDF to be kept under its id. */
    public ResponseEntity<byte[]> printed(Asker asker, CreditNoteId note) {
        return downstream.pdf(Call.get(Owner.BILLING, "%s/credit_notes/%s/pdf".formatted(PATH, note), asker), note);
    }

    /** Who buys, read. */
    public BillingShapes.BillingDetails readDetails(Asker asker) {
        return Json.mapper().treeToValue(details(asker), BillingShapes.BillingDetails.class);
    }

    /** Changes who buys. */
    public void describe(Asker asker, BillingChange change) {
        JsonNode _ = change(asker, change);
    }

    /** The first page of the credit, read. */
    public BillingShapes.CreditPage readCredits(Asker asker) {
        return Json.mapper().treeToValue(credits(asker, Paging.first()), BillingShapes.CreditPage.class);
    }

    /** The coupons, read. */
    public BillingShapes.HeldCouponPage readCoupons(Asker asker) {
        return Json.mapper().treeToValue(coupons(asker), BillingShapes.HeldCouponPage.class);
    }

    /** Redeems a coupon. */
    public void take(Asker asker, String code) {
        JsonNode _ = redeem(asker, code);
    }

    /** The first page of the credit notes, read. */
    public BillingShapes.CreditNotePage readCreditNotes(Asker asker) {
        return Json.mapper().treeToValue(creditNotes(asker, null, Paging.first()), BillingShapes.CreditNotePage.class);
    }
}
