package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.coupon.CouponRules;
import dev.berth.billing.proof.Fields;
import dev.berth.billing.tax.InForce;
import dev.berth.billing.tax.Treatment;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The coupons and the rates of tax that an invoice was made with, as they stand among the inputs of its document. Pure. */
final class Reductions {
    private Reductions() {}

    /** Writes them. */
    static void write(List<CouponRules.Redeemed> coupons, InForce inForce, ObjectNode inputs) {
        ArrayNode all = inputs.putArray("coupons");
        for (CouponRules.Redeemed coupon : coupons) {
            ObjectNode one = all.addObject();
            one.put("code", coupon.code());
            one.put("description", coupon.description());
            if (coupon.percent() != null) {
                one.put("percent", PriceBookFormat.text(coupon.percent()));
            }
            if (coupon.leftMinor() != null) {
                one.put("left_minor", coupon.leftMinor());
            }
            one.put("redeemed_at", coupon.redeemedAt().toString());
        }
        ObjectNode tax = inputs.putObject("tax");
        tax.put("treatment", inForce.treatment().kind().text());
        tax.put("country", inForce.treatment().country());
        tax.put("note", inForce.treatment().note());
        ArrayNode rates = tax.putArray("rates");
        new TreeMap<>(inForce.rates()).forEach((group, rate) -> {
            ObjectNode one = rates.addObject();
            one.put("group", group);
            one.put("label", rate.label());
            one.put("rate", PriceBookFormat.text(rate.rate()));
        });
    }

    /**
     * Reads the coupons.
     *
     * @throws Fields.Wrong if a field is not what the format says
     */
    static List<CouponRules.Redeemed> coupons(JsonNode inputs) {
        List<CouponRules.Redeemed> coupons = new ArrayList<>();
        for (JsonNode one : Fields.list(inputs, "coupons")) {
            BigDecimal percent = one.has("percent") ? Fields.decimal(one, "percent") : null;
            Long left = one.has("left_minor") ? Long.valueOf(Fields.whole(one, "left_minor")) : null;
            coupons.add(new CouponRules.Redeemed(
                    Fields.text(one, "code"),
                    Fields.text(one, "description"),
                    percent,
                    left,
                    Fields.instant(one, "redeemed_at"),
                    null));
        }
        return coupons;
    }

    /**
     * Reads the rates of tax.
     *
     * @throws Fields.Wrong if a field is not what the format says
     */
    static InForce inForce(JsonNode inputs) {
        ObjectNode tax = Fields.object(inputs, "tax");
        Map<String, InForce.Rate> rates = new LinkedHashMap<>();
        for (JsonNode one : Fields.list(tax, "rates")) {
            rates.put(
                    Fields.text(one, "group"),
                    new InForce.Rate(Fields.text(one, "label"), Fields.decimal(one, "rate")));
        }
        Treatment.Kind kind = Fields.parsed(
                tax,
                "treatment",
                "a treatment that is known here",
                text -> Treatment.Kind.valueOf(text.toUpperCase(Locale.ROOT)));
        return new InForce(new Treatment(kind, Fields.text(tax, "country"), Fields.text(tax, "note")), rates);
    }
}
