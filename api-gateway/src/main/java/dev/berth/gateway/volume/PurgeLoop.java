package dev.berth.gateway.volume;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Has the data of deleted volumes destroyed when their time is over. Every replica may do it: each is looked at again under the lock of
 * its account, so that one of them has the effect, and never after the deletion was taken back.
 */
@Component
class PurgeLoop {
    private static final int AT_ONCE = 100;

    private final DSLContext dsl;
    private final VolumeRepository repository;
    private final Volumes volumes;
    private final InstantSource clock;

    PurgeLoop(DSLContext dsl, VolumeRepository repository, Volumes volumes, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.volumes = volumes;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 5, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void look() {
        look(clock.instant());
    }

    /** Purges what is due at a time; what must stay for another volume keeps none of the others waiting. */
    void look(Instant now) {
        VolumeRepository.Due last = null;
        do {
            List<VolumeRepository.Due> page = repository.due(dsl, now, last, AT_ONCE);
            page.forEach(volumes::purgeDue);
            last = page.size() < AT_ONCE ? null : page.getLast();
        } while (last != null);
    }
}
