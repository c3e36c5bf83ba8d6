package dev.berth.gateway.forward;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.account.Plans;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.feed.EventStream;
import dev.berth.gateway.feed.Streams;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.unit.Period;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Use with its cost, as a report and as it grows; and the prices. */
@RestController
class UsageHttp {
    private static final Duration MOST = Duration.ofDays(400);
    private static final Duration MOST_HOURS = Duration.ofDays(62);

    private final Usage usage;
    private final LiveUsage live;
    private final Prices prices;
    private final Accounts accounts;
    private final Plans plans;
    private final Streams streams;

    UsageHttp(Usage usage, LiveUsage live, Prices prices, Accounts accounts, Plans plans, Streams streams) {
        this.usage = usage;
        this.live = live;
        this.prices = prices;
        this.accounts = accounts;
        this.plans = plans;
        this.streams = streams;
    }

    @GetMapping("/v1/usage")
    @Requires(Scope.BILLING_READ)
    @Tag(name = "Usage", description = "What was used, to the millisecond, and what it costs.")
    @Operation(
            summary = "Read use and its cost",
            description =
                    "Container-seconds, vCPU-seconds and GiB-seconds as exact decimals, GiB-hours of volumes to 18 decimals, with the cost in the account's "
                            + "currency; the costs of the rows add up to the total. Containers that still run are counted up to "
                            + "`as_of`. Without `from` and `to` it is the current billing period.")
    @ApiResponse(
            responseCode = "200",
            description = "The use.",
            content = @Content(schema = @Schema(implementation = Shapes.Usage.class)))
    JsonNode usage(
            @Parameter(description = "A time, or a date in the account's time zone.")
                    @RequestParam(required = false)
                    @Nullable
                    String from,
            @Parameter(description = "The end, which is not part of it; at most 400 days after `from`, 62 by the hour.")
                    @RequestParam(required = false)
                    @Nullable
                    String to,
            @Parameter(
                            description =
                                    "What a row stands for: `workload`, `container`, `day` or `hour`. By workload or container each volume has a row too.")
                    @RequestParam(name = "group_by", defaultValue = "workload")
                    String groupBy,
            Principal.Customer caller,
            RequestContext context) {
        GroupBy by = GroupBy.parse(groupBy);
        ZoneId zone = zone(caller.account());
        Asker asker = Asker.of(context);
        return usage.priced(asker, period(asker, zone, from, to, by), by, zone);
    }

    private Period period(Asker asker, ZoneId zone, @Nullable String from, @Nullable String to, GroupBy by) {
        Instant start = Ids.instant("from", from, zone);
        Instant end = Ids.instant("to", to, zone);
        if (start == null || end == null) {
            Period current = usage.currentPeriod(asker);
            start = start == null ? current.start() : start;
            end = end == null ? current.end() : end;
        }
        if (!start.isBefore(end)) {
            throw Ids.invalid("to", "must be after from");
        }
        Duration most = by == GroupBy.HOUR ? MOST_HOURS : MOST;
        if (Duration.between(start, end).compareTo(most) > 0) {
            throw Ids.invalid("to", "must be at most %d days after from".formatted(most.toDays()));
        }
        return new Period(start, end);
    }

    @GetMapping("/v1/usage/live")
    @Requires(Scope.BILLING_READ)
    @Tag(name = "Usage")
    @Operation(
            summary = "Follow use and cost as they grow",
            description =
                    "A stream of Server-Sent Events: once a second an event `usage` with what the current billing period "
                            + "has cost so far, what runs and what that costs for an hour, the spend cap and when it is reached if "
                            + "all goes on so; `unavailable` while billing does not answer. It has no memory: each event is the "
                            + "whole state.")
    @ApiResponse(
            responseCode = "200",
            description = "The stream.",
            content = @Content(mediaType = EventStream.TYPE, schema = @Schema(implementation = Shapes.Live.class)))
    void live(Principal.Customer caller, HttpServletResponse response) throws IOException {
        AccountId account = caller.account();
        try (LiveUsage.Watch watch = live.watch(account);
                Streams.Lease lease = streams.open(caller, watch::wake)) {
            EventStream out = EventStream.begin(response);
            while (lease.goesOn()) {
                LiveUsage.Moment moment = watch.next(streams.heartbeat());
                if (moment == null) {
                    out.heartbeat();
                } else {
                    out.event(null, moment.event(), moment.json());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @GetMapping("/v1/prices")
    @Requires.Open
    @Tag(name = "Prices", description = "What use costs.")
    @Operation(
            summary = "Read the prices",
            description =
                    "The price book that the caller is billed by; for who has no account, or asks for a currency or a plan, the "
                            + "one that is sold now. Unit prices are exact decimal strings; what is charged is rounded once, for "
                            + "each component and month.")
    @ApiResponse(
            responseCode = "200",
            description = "The prices.",
            content = @Content(schema = @Schema(implementation = Shapes.Prices.class)))
    JsonNode prices(
            @Parameter(description = "Prices in this currency, such as `EUR`.")
                    @RequestParam(required = false)
                    @Nullable
                    String currency,
            @Parameter(description = "Prices on this plan.") @RequestParam(required = false) @Nullable String plan,
            Principal caller) {
        if (currency != null && !currency.matches("[A-Z]{3}")) {
            throw Ids.invalid("currency", "must be a code of ISO 4217 such as EUR");
        }
        if (plan != null && plans.find(plan).isEmpty()) {
            throw Ids.invalid("plan", "must be one of the plans at /v1/plans");
        }
        boolean own = currency == null && plan == null;
        return (own && caller instanceof Principal.Customer customer
                        ? prices.of(customer.account())
                        : prices.offered(currency, plan))
                .json();
    }

    private ZoneId zone(AccountId account) {
        return ZoneId.of(accounts.get(account).timeZone());
    }
}
