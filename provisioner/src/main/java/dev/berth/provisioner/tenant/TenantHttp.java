package dev.berth.provisioner.tenant;

import dev.berth.provisioner.IdentityFilter;
import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Identity;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The place of an account, for the account itself and for the operator. */
@RestController
class TenantHttp {
    /** A place in JSON. */
    record TenantView(
            AccountId account,
            String state,
            String network,
            @Nullable String subnet,
            @Nullable String host,
            @Nullable String message) {}

    private final DSLContext dsl;
    private final TenantRepository tenants;

    TenantHttp(DSLContext dsl, TenantRepository tenants) {
        this.dsl = dsl;
        this.tenants = tenants;
    }

    @GetMapping("/internal/v1/tenant")
    TenantView tenant(
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity,
            @RequestParam(name = "account", required = false) @Nullable String asked) {
        AccountId account = identity.operator() ? named(asked) : identity.account();
        if (account == null) {
            throw new Refusal(ProblemCode.NOT_FOUND, "no account was named");
        }
        return tenants.find(dsl, account)
                .map(tenant -> new TenantView(
                        account,
                        tenant.state() == TenantState.CLOSING
                                ? "removed"
                                : tenant.state().text(),
                        tenant.network(),
                        tenant.subnet(),
                        tenant.host(),
                        tenant.message()))
                .orElseThrow(() -> new Refusal(ProblemCode.NOT_FOUND, "there is no such account"));
    }

    private static @Nullable AccountId named(@Nullable String text) {
        try {
            return text == null ? null : AccountId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ProblemCode.NOT_FOUND, "there is no such account");
        }
    }
}
