package dev.berth.billing.testclock;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.GivenId;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Test clocks, for the operator. */
@RestController
@RequestMapping("/internal/v1/operator/accounts/{id}/test_clock")
class TestClockHttp {
    private final TestClocks clocks;
    private final InstantSource clock;

    TestClockHttp(TestClocks clocks, InstantSource clock) {
        this.clocks = clocks;
        this.clock = clock;
    }

    record ClockWanted(@Nullable Instant now) {}

    record ClockMoved(@Nullable Instant to) {}

    @GetMapping
    TestClock get(Caller caller, @PathVariable String id) {
        caller.mustBeOperator();
        AccountId account = account(id);
        return clocks.find(account).orElseThrow(() -> TestClocks.unknown(account));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    TestClock begin(Caller caller, @PathVariable String id, @RequestBody ClockWanted wanted) {
        caller.mustBeOperator();
        if (wanted.now() == null) {
            throw Refusal.invalid("now", "is missing: what time it is for the account");
        }
        return clocks.begin(account(id), wanted.now(), caller.cause(clock.instant()));
    }

    @PostMapping("/advance")
    @ResponseStatus(HttpStatus.ACCEPTED)
    TestClock advance(Caller caller, @PathVariable String id, @RequestBody ClockMoved wanted) {
        caller.mustBeOperator();
        if (wanted.to() == null) {
            throw Refusal.invalid("to", "is missing: the time to move to");
        }
        return clocks.advance(account(id), wanted.to());
    }

    private static AccountId account(String text) {
        return GivenId.need("account", text, AccountId::parse);
    }
}
