package dev.berth.gateway.operation;

import dev.berth.gateway.edge.RequestContext;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.id.TypeId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jooq.DSLContext;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Service;

/** Where changes are entered as they are made. Thread-safe. */
@Service
@EnableConfigurationProperties(OperationProperties.class)
public class OperationBook {
    private static final String PLATFORM = "berth";
    private static final String SCALE = "workload.scale";

    /** The generation of what is made, of which nothing can go on. */
    private static final long FIRST = 1;

    private final OperationRepository repository;
    private final OperationProperties properties;
    private final InstantSource clock;

    OperationBook(OperationRepository repository, OperationProperties properties, InstantSource clock) {
        this.repository = repository;
        this.properties = properties;
        this.clock = clock;
    }

    /** Lets what goes on of a thing go on under its next wish, which nothing of it needs. */
    public void carry(DSLContext transaction, TypeId subject, long generation, Cause cause) {
        OperationId operation = OperationId.parse(cause.operation());
        repository
                .runningOf(transaction, subject.toString(), operation)
                .forEach(other -> repository.carry(transaction, other, generation));
    }

    /**
     * Enters a change, in its transaction and under the lock of its account's quota. What went on of the same thing is superseded. What
     * the platform does by itself is no operation: nobody asked for it, and nobody waits. When it scales a workload, other changes of it go
     * on: they are through with the new wish, which has all that they asked for.
     *
     * @param verb such as {@code workload.scale}
     * @param generation of the wish with which it is through
     * @param mayTake how long the thing itself may take, a run or a rollout; an operation has some time more
     * @param undo what takes it back, where the verb does not say all of it
     */
    public void begin(
            DSLContext transaction,
            AccountId account,
            Cause cause,
            TypeId subject,
            String verb,
            long generation,
            Duration mayTake,
            Map<String, Object> undo) {
        OperationId operation = OperationId.parse(cause.operation());
        boolean platform = cause.actor().equals(PLATFORM);
        if (generation > FIRST) {
            supersede(transaction, subject, verb, generation, platform, operation);
        }
        if (!platform) {
            String address =
                    RequestContext.current().map(RequestContext::address).orElse(null);
            OperationStep step = new OperationStep(
                    operation,
                    subject.toString(),
                    verb,
                    generation,
                    undo,
                    OperationState.RUNNING,
                    null,
                    clock.instant().plus(mayTake).plus(properties.operationDeadline()),
                    null);
            repository.insert(transaction, account, cause, address, step);
        }
    }

    private void supersede(
            DSLContext transaction,
            TypeId subject,
            String verb,
            long generation,
            boolean platform,
            OperationId operation) {
        Verdict superseded =
                Verdict.superseded("a later change took its place: %s".formatted(platform ? "Berth's own" : operation));
        for (OperationStep other : repository.runningOf(transaction, subject.toString(), operation)) {
            if (platform && verb.equals(SCALE) && !other.verb().equals(SCALE)) {
                repository.carry(transaction, other, generation);
            } else {
                repository.end(transaction, other, superseded, clock.instant());
            }
        }
    }
}
