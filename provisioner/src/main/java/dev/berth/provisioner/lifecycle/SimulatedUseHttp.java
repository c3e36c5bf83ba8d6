package dev.berth.provisioner.lifecycle;

import dev.berth.provisioner.IdentityFilter;
import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.schema.Cause;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.Outbox;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells of a container that never was, for an account on a test clock: the one fact that makes its whole interval. The gateway sees to it that the
 * account is on a clock. A repetition of a request tells the same fact again, which counts once.
 */
@RestController
class SimulatedUseHttp {
    /** The host of what never ran. */
    static final String HOST = "test-clock";

    private static final String NOTHING = "0".repeat(64);

    private final DSLContext dsl;
    private final Outbox outbox;
    private final InstantSource clock;

    SimulatedUseHttp(DSLContext dsl, Outbox outbox, InstantSource clock) {
        this.dsl = dsl;
        this.outbox = outbox;
        this.clock = clock;
    }

    record Use(
            @Nullable WorkloadId workload,
            @Nullable Integer cpuMillis,
            @Nullable Integer memoryMib,
            @Nullable Instant startedAt,
            @Nullable Instant stoppedAt) {}

    record Told(ContainerId container) {}

    @PostMapping("/internal/v1/operator/accounts/{id}/simulated_use")
    @ResponseStatus(HttpStatus.CREATED)
    Told tell(
            @PathVariable("id") String id,
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestBody Use use) {
        if (!identity.operator()) {
            throw new Refusal(ProblemCode.NOT_FOUND, "there is no such route");
        }
        ContainerStopped fact = fact(account(id), use, key == null ? identity.operation() : key);
        Cause cause = new Cause(identity.operation(), identity.actor(), clock.instant(), null);
        dsl.transaction(configuration -> outbox.append(configuration.dsl(), fact, cause));
        return new Told(fact.container());
    }

    /** The fact of a use; of one key always the same container. */
    static ContainerStopped fact(AccountId account, Use use, String key) {
        Instant from = use.startedAt();
        Instant to = use.stoppedAt();
        if (from == null || to == null || !from.isBefore(to)) {
            throw new Refusal(ProblemCode.INVALID, "started_at and stopped_at are needed, the first before the second");
        }
        if (use.workload() == null) {
            throw new Refusal(ProblemCode.INVALID, "workload is needed");
        }
        Integer cpu = use.cpuMillis();
        Integer memory = use.memoryMib();
        if (cpu == null || cpu < 1 || cpu > 1_000_000 || memory == null || memory < 1 || memory > 16_777_216) {
            throw new Refusal(
                    ProblemCode.INVALID, "cpu_millis of 1 to 1000000 and memory_mib of 1 to 16777216 are needed");
        }
        UUID name = UUID.nameUUIDFromBytes("%s:%s".formatted(account, key).getBytes(StandardCharsets.UTF_8));
        return new ContainerStopped(
                new ContainerId(name),
                account,
                use.workload(),
                NOTHING,
                HOST,
                from.truncatedTo(ChronoUnit.MILLIS),
                to.truncatedTo(ChronoUnit.MILLIS),
                0,
                false,
                StopReason.STOPPED,
                new CpuMillis(cpu),
                new MemoryMib(memory),
                1,
                null);
    }

    private static AccountId account(String text) {
        try {
            return AccountId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ProblemCode.NOT_FOUND, "there is no such account");
        }
    }
}
