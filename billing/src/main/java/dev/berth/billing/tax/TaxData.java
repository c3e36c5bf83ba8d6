package dev.berth.billing.tax;

import dev.berth.billing.customer.TaxDetails;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a customer says of itself for its invoices. Pure. */
final class TaxData {
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final int MAX_NAME = 200;
    private static final int MAX_ADDRESS = 500;
    private static final int MAX_LINES = 8;

    private final TaxDetails before;
    private final ObjectNode change;
    private final List<Refusal.Field> wrong = new ArrayList<>();

    private TaxData(TaxDetails before, ObjectNode change) {
        this.before = before;
        this.change = change;
    }

    /**
     * What was known with a change: what it does not name stays, null takes out.
     *
     * @throws Refusal {@code invalid} with each field that is wrong
     */
    static TaxDetails with(TaxDetails before, ObjectNode change) {
        return new TaxData(before, change).read();
    }

    private TaxDetails read() {
        for (String name : change.propertyNames()) {
            if (!Set.of("legal_name", "address", "country", "vat_id").contains(name)) {
                wrong(name, "is no field here");
            }
        }
        String name = text("legal_name", before.legalName(), MAX_NAME);
        if (name != null && name.contains("\n")) {
            wrong("legal_name", "is one line");
        }
        String address = text("address", before.address(), MAX_ADDRESS);
        if (address != null && address.lines().count() > MAX_LINES) {
            wrong("address", "has at most %d lines".formatted(MAX_LINES));
        }
        String country = text("country", before.country(), MAX_NAME);
        if (country != null && !COUNTRIES.contains(country)) {
            wrong("country", "is two capital letters of ISO 3166-1, such as DE");
        }
        String vatId = text("vat_id", before.vatId(), MAX_NAME);
        if (vatId != null) {
            vatId = VatIds.normal(vatId);
            Optional<String> problem = country == null
                    ? Optional.of("needs the country that gave it, in country")
                    : VatIds.problem(country, vatId);
            problem.ifPresent(text -> wrong("vat_id", text));
        }
        if (!wrong.isEmpty()) {
            throw new Refusal(ErrorCode.INVALID, "The billing details are not right.", wrong);
        }
        return new TaxDetails(name, address, country, vatId, before.exempt());
    }

    private @Nullable String text(String name, @Nullable String old, int most) {
        JsonNode value = change.get(name);
        if (value == null) {
            return old;
        }
        if (value.isNull()) {
            return null;
        }
        String text = value.isString() ? value.asString().replace("\r\n", "\n").strip() : "";
        if (text.isEmpty()
                || text.length() > most
                || text.chars().anyMatch(c -> c != '\n' && Character.isISOControl(c))) {
            wrong(name, "has 1 to %d characters, none of them a control character; null takes it out".formatted(most));
            return null;
        }
        return text;
    }

    private void wrong(String field, String message) {
        wrong.add(new Refusal.Field(field, message));
    }
}
