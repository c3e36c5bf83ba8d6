package dev.berth.provisioner.desired;

import dev.berth.provisioner.Consumers;
import dev.berth.schema.Consumer;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Received;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadEvent;
import dev.berth.schema.workload.WorkloadRemoved;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Takes wishes from {@code berth.workload}. */
@Component
class WishListener implements Inbox.Handler {
    private static final int DEFAULT_GRACE_SECONDS = 10;

    private final WishRepository wishes;
    private final InstantSource clock;

    @Autowired
    WishListener(Consumers consumers, WishRepository wishes, InstantSource clock) {
        this(wishes, clock);
        consumers.add(Consumer.PROVISIONER_DESIRED, this);
    }

    WishListener(WishRepository wishes, InstantSource clock) {
        this.wishes = wishes;
        this.clock = clock;
    }

    @Override
    public void apply(DSLContext transaction, List<Received> events) {
        for (Received received : events) {
            if (received.envelope().event() instanceof WorkloadEvent event) {
                Wish wish = switch (event) {
                    case WorkloadDesired desired ->
                        new Wish.Wanted(desired, received.envelope().cause());
                    case WorkloadRemoved removed ->
                        new Wish.Withdrawn(
                                removed.workload(),
                                removed.account(),
                                removed.generation(),
                                DEFAULT_GRACE_SECONDS,
                                received.envelope().cause());
                };
                if (wishes.put(transaction, wish, clock.instant())) {
                    Signal.onCommit(transaction, wish.workload());
                }
            }
        }
    }
}
