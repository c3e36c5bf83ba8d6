package dev.berth.billing.cap;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.cap.CapAction;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.unit.Money;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Caps, as the gateway asks for and sets them. */
@RestController
@RequestMapping("/internal/v1")
class CapHttp {
    private static final int MAX_REPLICAS = 10_000;

    private final Caps caps;
    private final InstantSource clock;

    CapHttp(Caps caps, InstantSource clock) {
        this.caps = caps;
        this.clock = clock;
    }

    record Wanted(
            @Nullable String workload,
            @Nullable MoneyGiven amount,
            @Nullable String action) {}

    record MoneyGiven(@Nullable Long amountMinor, @Nullable String currency) {}

    record Which(@Nullable String workload) {}

    record Start(
            @Nullable String workload,
            @Nullable Integer cpuMillis,
            @Nullable Integer memoryMib,
            @Nullable Integer replicas) {}

    /** Whether something may start, and if not, by which cap; the amounts are null where it may. */
    @JsonInclude
    record MayStart(
            boolean allowed,
            @Nullable String kind,
            @Nullable String action,
            @Nullable Money cap,
            @Nullable Money used,
            Money needed) {}

    record PrepaidWanted(@Nullable Boolean prepaid) {}

    @GetMapping("/spend_cap")
    CapView get(Caller caller, @RequestParam(required = false) @Nullable String workload) {
        return CapView.of(caps.stand(caller.account()), workload(workload));
    }

    @PostMapping("/spend_cap")
    CapView set(Caller caller, @RequestBody Wanted wanted) {
        AccountId account = caller.account();
        WorkloadId workload = workload(wanted.workload());
        caps.set(account, workload, money(wanted.amount()), action(wanted.action()), caller.cause(clock.instant()));
        return CapView.of(caps.stand(account), workload);
    }

    @PostMapping("/spend_cap/remove")
    CapView remove(Caller caller, @RequestBody Which which) {
        AccountId account = caller.account();
        WorkloadId workload = workload(which.workload());
        caps.remove(account, workload, caller.cause(clock.instant()));
        return CapView.of(caps.stand(account), workload);
    }

    @PostMapping("/spend_cap/may_start")
    MayStart mayStart(Caller caller, @RequestBody Start start) {
        Caps.Verdict verdict = caps.mayStart(
                caller.account(),
                workload(start.workload()),
                within("cpu_millis", start.cpuMillis(), CpuMillis.MAX),
                within("memory_mib", start.memoryMib(), MemoryMib.MAX),
                within("replicas", start.replicas(), MAX_REPLICAS));
        Money needed = new Money(verdict.neededMinor(), verdict.currency());
        if (verdict.kind() == null || verdict.action() == null) {
            return new MayStart(true, null, null, null, null, needed);
        }
        return new MayStart(
                false,
                verdict.kind().text(),
                verdict.action().text(),
                new Money(verdict.amountMinor(), verdict.currency()),
                new Money(verdict.usedMinor(), verdict.currency()),
                needed);
    }

    @PostMapping("/operator/accounts/{id}/prepaid")
    CapView prepaid(Caller caller, @PathVariable String id, @RequestBody PrepaidWanted wanted) {
        caller.mustBeOperator();
        AccountId account;
        try {
            account = AccountId.parse(id);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.NOT_FOUND, "There is no account of that id.");
        }
        if (wanted.prepaid() == null) {
            throw Refusal.invalid("prepaid", "true or false");
        }
        caps.prepaid(account, wanted.prepaid(), caller.cause(clock.instant()));
        return CapView.of(caps.stand(account), null);
    }

    private static @Nullable WorkloadId workload(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return WorkloadId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("workload", "must be the id of a workload");
        }
    }

    private static Money money(@Nullable MoneyGiven given) {
        if (given == null || given.amountMinor() == null) {
            throw Refusal.invalid("amount.amount_minor", "a whole number of minor units is needed, such as 5000");
        }
        if (given.currency() == null) {
            throw Refusal.invalid("amount.currency", "the currency of the account is needed, such as EUR");
        }
        try {
            return new Money(given.amountMinor(), given.currency());
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("amount.currency", "must be an ISO 4217 code, such as EUR");
        }
    }

    private static CapAction action(@Nullable String text) {
        return Arrays.stream(CapAction.values())
                .filter(action -> action.text().equals(text))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid("action", "must be refuse or stop"));
    }

    private static int within(String field, @Nullable Integer value, int max) {
        if (value == null || value < 1 || value > max) {
            throw Refusal.invalid(field, "must be 1 to %d".formatted(max));
        }
        return value;
    }
}
