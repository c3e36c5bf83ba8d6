package dev.berth.gateway.quota;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The quota: read by the customer, set by the operator. */
@RestController
class QuotaHttp {
    /** A plan to give. */
    record NewPlan(@Nullable String plan) {}

    private final Quotas quotas;
    private final Terms terms;

    QuotaHttp(Quotas quotas, Terms terms) {
        this.quotas = quotas;
        this.terms = terms;
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/quota")
    QuotaView quota(Principal.Customer customer) {
        return quotas.view(customer.account());
    }

    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @GetMapping("/operator/v1/accounts/{id}/quota")
    QuotaView quotaOf(@PathVariable String id) {
        return quotas.view(account(id));
    }

    @Requires.OperatorOnly(OperatorRole.SUPPORT)
    @PostMapping("/operator/v1/accounts/{id}/quota")
    QuotaView setLimits(@PathVariable String id, @RequestBody GivenLimits wanted, Cause cause) {
        List<FieldError> errors = new ArrayList<>();
        OwnLimits given = wanted.check("", errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        AccountId account = account(id);
        Terms.AccountTerms _ = terms.change(account, null, given::before, cause);
        return quotas.view(account);
    }

    @Requires.OperatorOnly(OperatorRole.SUPPORT)
    @PostMapping("/operator/v1/accounts/{id}/plan")
    QuotaView setPlan(@PathVariable String id, @RequestBody NewPlan wanted, Cause cause) {
        if (wanted.plan() == null) {
            throw Refusal.invalid(List.of(new FieldError("plan", "is required")));
        }
        AccountId account = account(id);
        Terms.AccountTerms _ = terms.change(account, wanted.plan(), _ -> OwnLimits.NONE, cause);
        return quotas.view(account);
    }

    private static AccountId account(String id) {
        return Accounts.parse(id).orElseThrow(() -> Refusal.notFound("account", id));
    }
}
