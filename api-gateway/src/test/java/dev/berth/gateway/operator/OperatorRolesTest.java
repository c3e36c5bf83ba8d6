package dev.berth.gateway.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Requires;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Each of the operator's routes and the role it needs: a new one without a line here fails, and so does one that says no role. */
class OperatorRolesTest extends GatewayTest {
    private static final Map<String, OperatorRole> ROLES = Map.ofEntries(
            Map.entry("GET /operator/v1/accounts", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/accounts/{id}", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/accounts/{id}/quota", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/accounts/{id}/quota", OperatorRole.SUPPORT),
            Map.entry("POST /operator/v1/accounts/{id}/plan", OperatorRole.SUPPORT),
            Map.entry("POST /operator/v1/accounts/{id}/standing", OperatorRole.ADMIN),
            Map.entry("GET /operator/v1/mails", OperatorRole.SUPPORT),
            Map.entry("PATCH /operator/v1/accounts/{id}", OperatorRole.SUPPORT),
            Map.entry("GET /operator/v1/plans", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/price_books", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/price_books/{name}/{currency}", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/price_books/{name}/{currency}.yaml", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/price_books", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/price_books/simulate", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/plans", OperatorRole.ADMIN),
            Map.entry("PATCH /operator/v1/plans/{id}", OperatorRole.ADMIN),
            Map.entry("GET /operator/v1/audit_log", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/audit_log/verify", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/announcements", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/announcements", OperatorRole.SUPPORT),
            Map.entry("PATCH /operator/v1/announcements/{id}", OperatorRole.SUPPORT),
            Map.entry("DELETE /operator/v1/announcements/{id}", OperatorRole.SUPPORT),
            Map.entry("GET /operator/v1/keys", OperatorRole.ADMIN),
            Map.entry("POST /operator/v1/keys", OperatorRole.ADMIN),
            Map.entry("POST /operator/v1/keys/{id}/rotate", OperatorRole.ADMIN),
            Map.entry("DELETE /operator/v1/keys/{id}", OperatorRole.ADMIN),
            Map.entry("POST /operator/v1/billing/close", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/billing/dunning/run", OperatorRole.FINANCE),
            Map.entry("GET /operator/v1/invoices", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/invoices/{id}/mark_paid", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/invoices/{id}/void", OperatorRole.FINANCE),
            Map.entry("GET /operator/v1/accounts/{id}/credits", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/accounts/{id}/credits", OperatorRole.FINANCE),
            Map.entry("GET /operator/v1/accounts/{id}/test_clock", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/accounts/{id}/test_clock", OperatorRole.ADMIN),
            Map.entry("POST /operator/v1/accounts/{id}/test_clock/advance", OperatorRole.ADMIN),
            Map.entry("POST /operator/v1/accounts/{id}/test_clock/use", OperatorRole.ADMIN),
            Map.entry("POST /operator/v1/accounts/{id}/tax_exempt", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/credits/{id}/void", OperatorRole.FINANCE),
            Map.entry("GET /operator/v1/coupons", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/coupons/{code}", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/coupons", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/coupons/{code}/archive", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/coupons/{code}/attach", OperatorRole.FINANCE),
            Map.entry("GET /operator/v1/invoices/{id}/credit_notes", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/invoices/{id}/credit_notes", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/credit_notes/{id}/refund", OperatorRole.FINANCE),
            Map.entry("GET /operator/v1/refunds", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/ledger/journal", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/ledger/journal.csv", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/tax_rates", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/tax_rates", OperatorRole.FINANCE),
            Map.entry("DELETE /operator/v1/tax_rates/{id}", OperatorRole.FINANCE),
            Map.entry("GET /operator/v1/ledger/trial_balance", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/hosts", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/hosts/{name}/retire", OperatorRole.ADMIN),
            Map.entry("GET /operator/v1/audit", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/metering/watermark", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/quarantine", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/disputes", OperatorRole.VIEWER),
            Map.entry("GET /operator/v1/stripe/events", OperatorRole.VIEWER),
            Map.entry("POST /operator/v1/invoices/{id}/replay", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/signing_keys/rotate", OperatorRole.ADMIN),
            Map.entry("POST /operator/v1/stripe/events/{event}/replay", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/stripe/reconcile", OperatorRole.FINANCE),
            Map.entry("PUT /operator/v1/accounts/{id}/prepaid", OperatorRole.FINANCE),
            Map.entry("POST /operator/v1/quarantine/{consumer}/{id}/replay", OperatorRole.ADMIN));

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    @Test
    void everyRouteOfTheOperatorNamesItsRole() {
        Map<String, String> found = new TreeMap<>();
        mapping.getHandlerMethods().forEach((info, method) -> {
            for (String path : info.getPatternValues()) {
                if (path.startsWith("/operator/")) {
                    Requires.OperatorOnly only = method.getMethodAnnotation(Requires.OperatorOnly.class);
                    info.getMethodsCondition()
                            .getMethods()
                            .forEach(verb -> found.put(
                                    verb + " " + path,
                                    only == null ? "none" : only.value().text()));
                }
            }
        });
        Map<String, String> expected = new TreeMap<>();
        ROLES.forEach((route, role) -> expected.put(route, role.text()));
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void aRoleMayWhatItsOwnAndAViewersRoutesAre() {
        for (OperatorRole role : OperatorRole.values()) {
            assertThat(role.may(OperatorRole.VIEWER)).isTrue();
            assertThat(role.may(role)).isTrue();
            assertThat(OperatorRole.ADMIN.may(role)).isTrue();
            assertThat(role.may(OperatorRole.ADMIN)).isEqualTo(role == OperatorRole.ADMIN);
        }
        assertThat(OperatorRole.SUPPORT.may(OperatorRole.FINANCE)).isFalse();
        assertThat(OperatorRole.FINANCE.may(OperatorRole.SUPPORT)).isFalse();
    }
}
