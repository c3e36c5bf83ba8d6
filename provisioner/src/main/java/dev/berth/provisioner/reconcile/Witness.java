package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.Evidence;
import dev.berth.schema.id.ContainerId;

/** Whether a container can be seen from here, and what is known of its end beside the engine's own word. Thread-safe. */
record Witness(Signalled signalled, EngineHost host) {
    /** Whether the engine that answers is the one it is on; another would say that it is gone. */
    boolean sees(Container container) {
        return host.known()
                .filter(known -> known.name().equals(container.host()))
                .isPresent();
    }

    /** What is known of its end. */
    Evidence of(ContainerId container) {
        return new Evidence(signalled.at(container), host.outage());
    }
}
