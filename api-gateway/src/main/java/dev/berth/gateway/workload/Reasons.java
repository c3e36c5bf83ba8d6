package dev.berth.gateway.workload;

import java.util.Collection;
import java.util.Map;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** Why the platform changed workloads by itself, where it says. Thread-safe. */
@Component
public class Reasons {
    private final AutoscaleRepository repository;

    Reasons(AutoscaleRepository repository) {
        this.repository = repository;
    }

    /** By the operations that travel with the effects; one of which there is nothing to say is not in the map. */
    public Map<String, String> of(DSLContext transaction, Collection<String> operations) {
        return repository.reasons(transaction, operations);
    }
}
