package dev.berth.gateway.forward;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Test clocks: an account that lives in the past, whose time the operator moves. */
@RestController
@Tag(name = "Operator")
class TestClockHttp {
    private static final String CLOCK = "/internal/v1/operator/accounts/%s/test_clock";

    private final Downstream downstream;
    private final Accounts accounts;

    TestClockHttp(Downstream downstream, Accounts accounts) {
        this.downstream = downstream;
        this.accounts = accounts;
    }

    /** What time it is to be for an account. */
    record NewTestClock(@Nullable Instant now) {}

    /** Where a clock is to be moved. */
    record ClockMove(@Nullable Instant to) {}

    /** What a container of an account on a clock is said to have used; {@code workload} is one of the account's, or any id. */
    record SimulatedUse(
            @Nullable String workload,
            @Nullable Integer cpuMillis,
            @Nullable Integer memoryMib,
            @Nullable Instant startedAt,
            @Nullable Instant stoppedAt) {}

    @GetMapping("/operator/v1/accounts/{id}/test_clock")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "Read the test clock of an account",
            description = "`state` is `ready`, or `advancing` while it moves to `target`.")
    @ApiResponse(
            responseCode = "200",
            description = "The clock.",
            content = @Content(schema = @Schema(implementation = BillingShapes.TestClock.class)))
    JsonNode clock(@PathVariable String id, Principal.Operator caller, RequestContext context) {
        return downstream.json(Call.get(Owner.BILLING, CLOCK.formatted(existing(id)), Asker.of(context)));
    }

    @PostMapping("/operator/v1/accounts/{id}/test_clock")
    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @OwnTransaction
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Put a new account on a test clock",
            description =
                    "From then on it is `now` for the account's bills, at most ten years ago, until the clock is moved. Only an account that has "
                            + "used and paid nothing yet, and for ever.")
    @ApiResponse(
            responseCode = "201",
            description = "The clock.",
            content = @Content(schema = @Schema(implementation = BillingShapes.TestClock.class)))
    JsonNode begin(
            @PathVariable String id,
            @RequestBody NewTestClock wanted,
            Principal.Operator caller,
            RequestContext context) {
        return downstream.json(Call.post(
                Owner.BILLING,
                CLOCK.formatted(existing(id)),
                Asker.of(context),
                Json.mapper().valueToTree(wanted)));
    }

    @PostMapping("/operator/v1/accounts/{id}/test_clock/advance")
    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @OwnTransaction
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Move a test clock",
            description =
                    "Forward to `to`, which is not in the future. On the way it stops wherever something is due, and what happens then is what would "
                            + "have happened: invoices, payments and their retries, reminders, standings, webhooks, mails.")
    @ApiResponse(
            responseCode = "202",
            description = "The clock, on its way.",
            content = @Content(schema = @Schema(implementation = BillingShapes.TestClock.class)))
    JsonNode advance(
            @PathVariable String id, @RequestBody ClockMove wanted, Principal.Operator caller, RequestContext context) {
        return downstream.json(Call.post(
                Owner.BILLING,
                CLOCK.formatted(existing(id)) + "/advance",
                Asker.of(context),
                Json.mapper().valueToTree(wanted)));
    }

    @PostMapping("/operator/v1/accounts/{id}/test_clock/use")
    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @OwnTransaction
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Say what an account on a test clock has used",
            description =
                    "One container that ran from `started_at` to `stopped_at`, which is not after what the clock shows. It is metered and billed as if "
                            + "an engine had said so; no container is made. What really runs is used in everybody's time.")
    @ApiResponse(
            responseCode = "201",
            description = "The container that is said to have run.",
            content = @Content(schema = @Schema(implementation = BillingShapes.SimulatedContainer.class)))
    JsonNode use(
            @PathVariable String id,
            @RequestBody SimulatedUse wanted,
            Principal.Operator caller,
            RequestContext context) {
        AccountId account = existing(id);
        if (wanted.workload() == null
                || GivenId.read(wanted.workload(), WorkloadId::parse).isEmpty()) {
            throw Ids.invalid("workload", "must be the id of a workload");
        }
        Instant stopped = wanted.stoppedAt();
        if (stopped == null) {
            throw Ids.invalid("stopped_at", "is required");
        }
        Instant now = shown(downstream.json(Call.get(Owner.BILLING, CLOCK.formatted(account), Asker.of(context))));
        if (stopped.isAfter(now)) {
            throw Ids.invalid("stopped_at", "is not after %s, which the account's clock shows".formatted(now));
        }
        return downstream.json(Call.post(
                Owner.PROVISIONER,
                "/internal/v1/operator/accounts/%s/simulated_use".formatted(account),
                Asker.of(context),
                Json.mapper().valueToTree(wanted)));
    }

    private static Instant shown(JsonNode clock) {
        try {
            return Instant.parse(clock.path("now").asString(""));
        } catch (DateTimeException e) {
            throw Refusal.of(ErrorCode.UPSTREAM_UNAVAILABLE, "Billing answered a clock without a time.");
        }
    }

    private AccountId existing(String id) {
        return accounts.get(Ids.account(id)).id();
    }
}
