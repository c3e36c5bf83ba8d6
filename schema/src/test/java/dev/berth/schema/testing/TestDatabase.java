package dev.berth.schema.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.berth.schema.Service;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * A database of its own for a test, bootstrapped and migrated, on one real PostgreSQL that all tests of a JVM share. Use its
 * data source as the service's role would. Thread-safe.
 */
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<Service, String> TEMPLATES = new ConcurrentHashMap<>();

    private final String name;
    private final Service service;
    private final HikariDataSource dataSource;

    private TestDatabase(String name, Service service) {
        this.name = name;
        this.service = service;
        this.dataSource = pool(10);
    }

    /** A new, empty, migrated database: a copy of one that is migrated once in a JVM, since migrations take a second. */
    public static TestDatabase fresh(Service service) {
        String name = "berth_%s_%d".formatted(service.schema(), NUMBER.incrementAndGet());
        create(name, " template " + TEMPLATES.computeIfAbsent(service, TestDatabase::template));
        bootstrap(Server.POSTGRES.getDatabase("postgres", name)); // settings of roles in a database are not copied
        return new TestDatabase(name, service);
    }

    /** Makes the database that others are copies of; nobody is connected to it afterwards. */
    private static String template(Service service) {
        String name = "berth_%s_template".formatted(service.schema());
        create(name, "");
        bootstrap(Server.POSTGRES.getDatabase("postgres", name));
        try (TestDatabase database = new TestDatabase(name, service)) {
            Flyway.configure()
                    .dataSource(database.dataSource)
                    .schemas(service.schema())
                    .locations("classpath:db/" + service.schema())
                    .load()
                    .migrate();
        }
        return name;
    }

    private static void create(String name, String from) {
        DSL.using(Server.POSTGRES.getPostgresDatabase(), SQLDialect.POSTGRES).execute("create database " + name + from);
    }

    /** Runs what every database of Berth needs once. */
    public static void bootstrap(DataSource superuser) {
        try (InputStream sql = TestDatabase.class.getResourceAsStream("/db/bootstrap.sql")) {
            String text = new String(java.util.Objects.requireNonNull(sql).readAllBytes(), StandardCharsets.UTF_8);
            try (var connection = superuser.getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(text);
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException("bootstrap.sql failed", e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connections of the service's role, pooled. */
    public HikariDataSource dataSource() {
        return dataSource;
    }

    /** Another pool of the same role, as a second replica would have; close it yourself. */
    public HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl());
        config.setUsername(service.role());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1); // hundreds of databases in a run, and few tests use more connections at a time
        config.setPoolName(name + "-" + NUMBER.incrementAndGet());
        return new HikariDataSource(config);
    }

    /** A context of the service's role. */
    public DSLContext dsl() {
        return DSL.using(dataSource, SQLDialect.POSTGRES);
    }

    /** A context of the superuser in this database. */
    public DSLContext superuser() {
        return DSL.using(Server.POSTGRES.getDatabase("postgres", name), SQLDialect.POSTGRES);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** A context of the superuser in another database of the same server, to shut this one for a while. */
    public DSLContext elsewhere() {
        return DSL.using(Server.POSTGRES.getPostgresDatabase(), SQLDialect.POSTGRES);
    }

    /** The JDBC URL; the user is {@code service.role()}, without a password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(Server.POSTGRES.getPort(), name);
    }

    @Override
    public void close() {
        dataSource.close();
    }

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "300")
                        .setServerConfig("timezone", "UTC")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "PostgreSQL did not start; as root it needs 'unshare' (package util-linux)", e);
            }
        }
    }
}
