package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.desired.Signal;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineEvent;
import dev.berth.provisioner.engine.EngineException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What wakes the loop before its timer does: notifications of the database, and events of the engine. Both may be lost at any
 * time; each stream is opened again when it broke, and then everything is looked at once. Two threads.
 */
final class Hints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hints.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int WAIT_MS = 10_000;

    private final DataSource dataSource;
    private final ContainerEngine engine;
    private final ReconcileLoop loop;
    private final Signalled signalled;
    private final Thread wishes;
    private final Thread events;
    private volatile boolean closed;

    Hints(DataSource dataSource, ContainerEngine engine, ReconcileLoop loop, Signalled signalled) {
        this.dataSource = dataSource;
        this.engine = engine;
        this.loop = loop;
        this.signalled = signalled;
        this.wishes = Thread.ofPlatform().daemon().name("hints-wishes").unstarted(() -> repeat(this::listen));
        this.events = Thread.ofPlatform().daemon().name("hints-engine").unstarted(() -> repeat(this::watch));
    }

    void start() {
        wishes.start();
        events.start();
    }

    private interface Stream {
        void read() throws SQLException;
    }

    private void repeat(Stream stream) {
        while (!closed) {
            try {
                stream.read();
            } catch (SQLException | EngineException e) {
                if (!closed) {
                    LOG.atDebug().log("A stream of hints broke and is opened again: {}", e.getMessage());
                }
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("A stream of hints broke and is opened again");
            }
            if (!closed) {
                LockSupport.parkNanos(AGAIN.toNanos());
                loop.signal(new Subject.Everything());
            }
        }
    }

    private void listen() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute("listen " + Signal.CHANNEL);
            PGConnection postgres = connection.unwrap(PGConnection.class);
            loop.signal(new Subject.Everything());
            try {
                while (!closed) {
                    PGNotification[] notes = postgres.getNotifications(WAIT_MS);
                    if (notes == null || notes.length == 0) {
                        statement.execute("select 1");
                        continue;
                    }
                    for (PGNotification note : notes) {
                        Subject.of(note.getParameter()).ifPresent(loop::signal);
                    }
                }
            } finally {
                if (!connection.isClosed()) {
                    statement.execute("unlisten *");
                }
            }
        }
    }

    private void watch() {
        engine.events(event -> {
            if (event.action() == EngineEvent.Action.SIGNALLED) {
                signalled.add(event.container());
            }
            if (event.action() == EngineEvent.Action.ENDED) {
                loop.signal(new Subject.Run(event.container()));
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        wishes.interrupt();
        events.interrupt();
    }
}
