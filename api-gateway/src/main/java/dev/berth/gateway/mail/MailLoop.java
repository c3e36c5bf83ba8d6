package dev.berth.gateway.mail;

import dev.berth.gateway.edge.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.mail.MailException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Sends what is due. A mail is taken for two minutes, given to the server outside of any transaction, and marked: a process that dies
 * between leaves it to be sent again, with the same Message-ID, which is the price of never losing one. Every replica may do it.
 */
@Component
class MailLoop {
    private static final Logger LOG = LoggerFactory.getLogger(MailLoop.class);
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int AT_ONCE = 50;

    private final DSLContext dsl;
    private final MailRepository repository;
    private final MailProperties properties;
    private final Smtp smtp;
    private final InstantSource clock;

    MailLoop(DSLContext dsl, MailRepository repository, MailProperties properties, Smtp smtp, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.properties = properties;
        this.smtp = smtp;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 2, fixedDelay = 2, timeUnit = TimeUnit.SECONDS)
    void look() {
        if (properties.isSet()) {
            for (int i = 0; i < AT_ONCE && sendOne(); i++) {
                // until nothing is due
            }
        }
    }

    @Scheduled(initialDelay = 3, fixedDelay = 10, timeUnit = TimeUnit.MINUTES)
    void sweep() {
        Instant now = clock.instant();
        repository.giveUp(dsl, now);
        repository.forget(dsl, now.minus(KEPT));
    }

    /** Sends one; whether there was one to send. */
    boolean sendOne() {
        Optional<Mail> taken = repository.take(dsl, clock.instant(), LEASE);
        taken.ifPresent(mail -> {
            try {
                smtp.send(mail);
                repository.sent(dsl, mail, clock.instant());
            } catch (MailException e) {
                Duration pause = pause(mail.attempts());
                LOG.atWarn()
                        .addKeyValue("mail", mail.id())
                        .addKeyValue("attempt", mail.attempts())
                        .addKeyValue("again_in_s", pause.toSeconds())
                        .setCause(e)
                        .log("A mail could not be sent");
                repository.failed(
                        dsl,
                        mail,
                        Words.cut(String.valueOf(e.getMessage())),
                        clock.instant().plus(pause));
            }
        });
        return taken.isPresent();
    }

    /** 15 seconds, doubled with each attempt, up to an hour. */
    static Duration pause(int attempts) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(Math.max(0, attempts - 1), 16));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
