package dev.berth.provisioner.engine;

import dev.berth.provisioner.testing.MisbehavingEngine;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.schema.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

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
        return specOf(engine.image(behaviour.name()).orElseThrow(), List.of(), ContainerSpec.Start.USUAL);
    }

    @Override
    String subnet() {
        return "10.200.0.0/26";
    }

    @Override
    String subnet(int number) {
        return "10.200.%d.0/26".formatted(number);
    }
}
