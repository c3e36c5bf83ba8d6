package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.id.AccountId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What it costs that nothing changes, and that one thing does, however much there is. */
@Tag("parts")
class ScaleTest {
    private static final int PER_ACCOUNT = 6;

    private final World world = new World();

    /** What a minute in which nothing changes asked of the database and of the engine. */
    private record Minute(List<String> statements, List<String> calls, long inspections) {}

    @AfterEach
    void end() {
        world.close();
    }

    private Minute unchanged() {
        world.pass(Duration.ofMinutes(2));
        world.statements.count();
        world.engine.calls.clear();
        world.pass(Duration.ofMinutes(1));
        List<String> calls = new ArrayList<>(world.engine.calls);
        calls.removeIf("inspect"::equals);
        return new Minute(world.statements.said(), calls, world.engine.calls.size() - calls.size());
    }

    private void run(int containers) {
        for (int left = containers; left > 0; left -= PER_ACCOUNT) {
            AccountId account = world.openAccount();
            Wishes wish = Wishes.of(account);
            wish.cpuMillis = 10;
            wish.memoryMib = 8;
            wish.replicas = Math.min(left, PER_ACCOUNT);
            world.work();
            world.wish(wish);
        }
        world.pass(Duration.ofSeconds(20));
    }

    @Test
    void aMinuteInWhichNothingChangesAsksNoMoreThanWhereThereIsLittle() {
        world.engine.image("server:1", Program.SERVER);
        run(10);
        assertThat(world.engine.running()).hasSize(10);
        Minute few = unchanged();
        run(90);
        assertThat(world.engine.running()).hasSize(100);
        Minute many = unchanged();
        assertThat(many.calls().size())
                .as("calls of the engine with 10 and 100: %s", many.calls())
                .isBetween(few.calls().size() - 3, few.calls().size() + 3);
        assertThat(many.inspections()).as("each is inspected once a minute").isLessThanOrEqualTo(110);
        assertThat(many.statements().size())
                .as(
                        "statements with 10 and 100, of the latter: %s",
                        many.statements().stream().collect(Collectors.groupingBy(sql -> sql, Collectors.counting())))
                .isBetween(few.statements().size() - 10, few.statements().size() + 10);
        assertThat(many.statements().size()).as("statements of twelve passes").isLessThan(12 * 18);
        assertThat(many.statements())
                .as("rows are read whole only when they have changed")
                .noneMatch(sql -> sql.contains("select") && sql.contains("\"container\".\"stop_cause\""));
    }
}
