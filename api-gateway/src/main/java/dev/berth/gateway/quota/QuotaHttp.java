package dev.berth.gateway.quota;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.account.Limits;
import dev.berth.gateway.account.Plan;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The quota: read by the customer, set by the operator. */
@RestController
class QuotaHttp {
    /** Limits to set; what is not given stays. */
    record NewLimits(
            @Nullable BigInteger containers,
            @Nullable BigInteger cpuMillis,
            @Nullable BigInteger memoryMib,
            @Nullable BigInteger volumes,
            @Nullable BigInteger volumeGib) {}

    /** A plan to give. */
    record NewPlan(@Nullable String plan) {}

    private final Quotas quotas;

    QuotaHttp(Quotas quotas) {
        this.quotas = quotas;
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
    QuotaView setLimits(@PathVariable String id, @RequestBody NewLimits wanted, Cause cause) {
        AccountId account = account(id);
        Limits now = quotas.lockedLimits(account);
        List<FieldError> errors = new ArrayList<>();
        int containers = read("containers", wanted.containers(), now.containers(), errors);
        int cpuMillis = read("cpu_millis", wanted.cpuMillis(), now.cpuMillis(), errors);
        int memoryMib = read("memory_mib", wanted.memoryMib(), now.memoryMib(), errors);
        int volumes = read("volumes", wanted.volumes(), now.volumes(), errors);
        int volumeGib = read("volume_gib", wanted.volumeGib(), now.volumeGib(), errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return quotas.changeLimits(account, new Limits(containers, cpuMillis, memoryMib, volumes, volumeGib), cause);
    }

    @Requires.OperatorOnly(OperatorRole.SUPPORT)
    @PostMapping("/operator/v1/accounts/{id}/plan")
    QuotaView setPlan(@PathVariable String id, @RequestBody NewPlan wanted, Cause cause) {
        Optional<Plan> plan = Plan.named(String.valueOf(wanted.plan()));
        if (plan.isEmpty()) {
            String known = Plan.offered().stream().map(Plan::text).collect(Collectors.joining(", "));
            throw Refusal.invalid(List.of(new FieldError("plan", "must be one of " + known)));
        }
        return quotas.changePlan(account(id), plan.get(), cause);
    }

    private static AccountId account(String id) {
        return Accounts.parse(id).orElseThrow(() -> Refusal.notFound("account", id));
    }

    private static int read(String field, @Nullable BigInteger value, int now, List<FieldError> errors) {
        if (value == null) {
            return now;
        }
        if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(Limits.MAX)) > 0) {
            errors.add(new FieldError(field, "must be from 0 to " + Limits.MAX));
            return now;
        }
        return value.intValueExact();
    }
}
