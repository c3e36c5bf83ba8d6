package dev.berth.provisioner.engine;

import dev.berth.provisioner.testing.MisbehavingEngine;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The engine of the property tests keeps the contract while it is not told to misbehave. */
class MisbehavingEngineTest extends EngineConformance {
    private final MisbehavingEngine engine = new MisbehavingEngine(new TestClock(Instant.parse("2026-11-22T08:00:00Z")))
            .image("SERVER", Program.SERVER)
            .image("STUBBORN", Program.STUBBORN)
            .image("ENDS_WITH_3", Program.ends(Duration.ZERO, 3))
            .image("BROKEN", Program.BROKEN);

    @Override
    ContainerEngine engine() {
        return engine;
    }

    @Override
    ContainerSpec spec(Behaviour behaviour) {
        return new ContainerSpec(
                ContainerId.next(),
                account,
                WorkloadId.next(),
                "web-1",
                List.of("web", "web-1"),
                engine.image(behaviour.name()).orElseThrow(),
                List.of(),
                List.of(),
                Map.of(),
                Size.of(100, 64),
                true,
                ContainerSpec.Start.USUAL,
                network);
    }

    @Override
    String subnet() {
        return "10.200.0.0/26";
    }
}
