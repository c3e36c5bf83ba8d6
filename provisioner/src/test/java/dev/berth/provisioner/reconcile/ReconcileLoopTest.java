package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loop by a real clock, on a world that stands still. */
@Tag("parts")
class ReconcileLoopTest {
    private World world;

    @BeforeEach
    void begin() {
        world = new World();
        world.engine.image("server:1", Program.SERVER);
        world.openAccount();
        world.work();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private ReconcileLoop loop(Duration stale) {
        return new ReconcileLoop(
                world.reconciler,
                world.tenure,
                world.hostClock,
                new SimpleMeterRegistry(),
                Duration.ofMillis(100),
                stale);
    }

    @Test
    void anErrorInOnePassDoesNotEndThePasses() {
        AtomicInteger lists = new AtomicInteger();
        world.engine.misbehave(
                verb -> verb.equals("list") && lists.getAndIncrement() == 0 ? Fault.CRASH_AFTER : Fault.NONE);
        Wishes wish = Wishes.of(
                world.rooms.tenants().states(world.dsl).keySet().iterator().next());
        try (ReconcileLoop loop = loop(Duration.ofSeconds(60))) {
            loop.start();
            await().until(() -> lists.get() > 0);
            world.wish(wish);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !world.engine.running().isEmpty());
        }
    }

    @Test
    void aLoopWhosePassHangsGivesTheLeaseToOthers() {
        CountDownLatch hangs = new CountDownLatch(1);
        world.engine.misbehave(verb -> {
            if (verb.equals("list")) {
                try {
                    hangs.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return Fault.NONE;
        });
        try (ReconcileLoop loop = loop(Duration.ofMillis(500))) {
            loop.start();
            await().until(() -> world.tenure.held());
            await().atMost(Duration.ofSeconds(20)).until(() -> !world.tenure.held());
            assertThat(world.otherReplica().renew()).isTrue();
            hangs.countDown();
        }
    }
}
