package dev.berth.gateway.quota;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.account.Limits;
import dev.berth.gateway.account.Plan;
import dev.berth.gateway.account.Plans;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Plans and the terms of accounts, for the operator. */
@RestController
class PlanHttp {
    /** A plan to make; closed unless it says otherwise. */
    record NewPlanTerms(
            @Nullable String name,
            @Nullable String title,
            @Nullable Boolean open,
            @Nullable Boolean listed,
            @Nullable GivenLimits limits) {}

    /** What changes of a plan; what is not given stays. */
    record PlanChange(
            @Nullable String title,
            @Nullable Boolean open,
            @Nullable Boolean listed,
            @Nullable GivenLimits limits) {}

    /** What changes for an account; a limit that is null is that of the plan again. */
    record TermsChange(@Nullable String plan, @Nullable Map<String, @Nullable BigInteger> quota) {}

    private static final int LONGEST_TITLE = 100;
    private static final List<String> LIMITS =
            List.of("containers", "cpu_millis", "memory_mib", "volumes", "volume_gib");

    private final Plans plans;
    private final Terms terms;

    PlanHttp(Plans plans, Terms terms) {
        this.plans = plans;
        this.terms = terms;
    }

    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @GetMapping("/operator/v1/plans")
    Page<Plan> list() {
        return new Page<>(plans.all(), null);
    }

    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @PostMapping("/operator/v1/plans")
    ResponseEntity<Plan> make(@RequestBody NewPlanTerms wanted) {
        List<FieldError> errors = new ArrayList<>();
        String name = wanted.name() == null ? "" : wanted.name();
        if (!Plan.isName(name)) {
            errors.add(new FieldError(
                    "name", "must be 1 to 40 lower-case letters, digits and underscores, a letter first"));
        }
        int wrong = errors.size();
        OwnLimits given =
                wanted.limits() == null ? OwnLimits.NONE : wanted.limits().check("limits.", errors);
        boolean all = given.containers() != null
                && given.cpuMillis() != null
                && given.memoryMib() != null
                && given.volumes() != null
                && given.volumeGib() != null;
        if (!all && errors.size() == wrong) {
            errors.add(new FieldError("limits", "must have all of " + String.join(", ", LIMITS)));
        }
        boolean open = Boolean.TRUE.equals(wanted.open());
        boolean listed = wanted.listed() == null ? open : wanted.listed();
        String title = title(wanted.title() == null ? name : wanted.title(), errors);
        shown(open, listed, errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        Plan plan = new Plan(name, title, open, listed, given.over(new Limits(0, 0, 0, 0, 0)));
        plans.add(plan);
        return ResponseEntity.created(URI.create("/operator/v1/plans/" + name)).body(plan);
    }

    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @PatchMapping("/operator/v1/plans/{id}")
    Plan change(@PathVariable String id, @RequestBody PlanChange wanted, Cause cause) {
        return terms.change(id, now -> changed(now, wanted), cause);
    }

    @Requires.OperatorOnly(OperatorRole.SUPPORT)
    @PatchMapping("/operator/v1/accounts/{id}")
    Terms.AccountTerms change(@PathVariable String id, @RequestBody TermsChange wanted, Cause cause) {
        AccountId account = Accounts.parse(id).orElseThrow(() -> Refusal.notFound("account", id));
        List<FieldError> errors = new ArrayList<>();
        UnaryOperator<OwnLimits> change = own(wanted.quota(), errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return terms.change(account, wanted.plan(), change, cause);
    }

    private static Plan changed(Plan now, PlanChange wanted) {
        List<FieldError> errors = new ArrayList<>();
        OwnLimits given =
                wanted.limits() == null ? OwnLimits.NONE : wanted.limits().check("limits.", errors);
        boolean open = wanted.open() == null ? now.open() : wanted.open();
        boolean listed = wanted.listed() == null ? now.listed() && open : wanted.listed();
        String title = title(wanted.title() == null ? now.title() : wanted.title(), errors);
        shown(open, listed, errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return new Plan(now.name(), title, open, listed, given.over(now.limits()));
    }

    private static String title(String title, List<FieldError> errors) {
        String plain = title.strip();
        if (plain.isEmpty() || plain.length() > LONGEST_TITLE || !Words.isPlain(plain)) {
            errors.add(new FieldError(
                    "title", "must have 1 to %d characters, none of them control characters".formatted(LONGEST_TITLE)));
        }
        return plain;
    }

    private static void shown(boolean open, boolean listed, List<FieldError> errors) {
        if (listed && !open) {
            errors.add(new FieldError("listed", "cannot be true for a plan that is not open"));
        }
    }

    private static UnaryOperator<OwnLimits> own(
            @Nullable Map<String, @Nullable BigInteger> given, List<FieldError> errors) {
        if (given == null) {
            return own -> own;
        }
        given.forEach((name, value) -> {
            if (LIMITS.contains(name)) {
                Integer _ = GivenLimits.read("quota." + name, value, errors);
            } else {
                errors.add(new FieldError(
                        "quota." + Words.cut(name), "is not known: known are " + String.join(", ", LIMITS)));
            }
        });
        return own -> new OwnLimits(
                next(given, "containers", own.containers()),
                next(given, "cpu_millis", own.cpuMillis()),
                next(given, "memory_mib", own.memoryMib()),
                next(given, "volumes", own.volumes()),
                next(given, "volume_gib", own.volumeGib()));
    }

    private static @Nullable Integer next(Map<String, @Nullable BigInteger> given, String name, @Nullable Integer now) {
        if (!given.containsKey(name)) {
            return now;
        }
        BigInteger value = given.get(name);
        return value == null ? null : value.intValueExact();
    }
}
