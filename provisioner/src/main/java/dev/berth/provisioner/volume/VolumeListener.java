package dev.berth.provisioner.volume;

import dev.berth.provisioner.Consumers;
import dev.berth.provisioner.desired.Signal;
import dev.berth.schema.Consumer;
import dev.berth.schema.volume.VolumeDesired;
import dev.berth.schema.volume.VolumeEvent;
import dev.berth.schema.volume.VolumeRemoved;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Received;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** Takes wishes from {@code berth.volume}. */
@Component
class VolumeListener implements Inbox.Handler {
    private final VolumeRepository volumes;
    private final InstantSource clock;

    VolumeListener(Consumers consumers, VolumeRepository volumes, InstantSource clock) {
        this.volumes = volumes;
        this.clock = clock;
        consumers.add(Consumer.PROVISIONER_VOLUME, this);
    }

    @Override
    public void apply(DSLContext transaction, List<Received> events) {
        for (Received received : events) {
            if (received.envelope().event() instanceof VolumeEvent event) {
                var cause = received.envelope().cause();
                boolean news = switch (event) {
                    case VolumeDesired wish -> volumes.put(transaction, wish, cause, clock.instant());
                    case VolumeRemoved gone -> volumes.put(transaction, gone, cause, clock.instant());
                };
                if (news) {
                    Signal.onCommit(
                            transaction,
                            switch (event) {
                                case VolumeDesired wish -> wish.volume();
                                case VolumeRemoved gone -> gone.volume();
                            });
                }
            }
        }
    }
}
