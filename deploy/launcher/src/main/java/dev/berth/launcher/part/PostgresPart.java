package dev.berth.launcher.part;

import com.sun.management.OperatingSystemMXBean;
import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.child.StopSignal;
import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.Folders;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.ProcessIdentity;
import dev.berth.schema.Service;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL with settings that survive power loss: {@code fsync} and {@code synchronous_commit} stay on. Every connection needs
 * a password (scram-sha-256), also on loopback: tenants' containers are no friends of the host's ports. As root it runs in a user
 * namespace, since PostgreSQL refuses to be root.
 */
public final class PostgresPart implements Part {
    /** The one database. */
    public static final String DATABASE = "berth";

    private static final String SUPERUSER = "postgres";
    private static final int LOGIN_SECONDS = 2;

    private final DataDirectory data;
    private final int port;
    private final Path cluster;

    /** A server whose data is in that directory. */
    public PostgresPart(DataDirectory data, int port) {
        this.data = data;
        this.port = port;
        this.cluster = data.postgres().resolve("data");
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public int port() {
        return port;
    }

    /** The JDBC URL of Berth's database, without user and password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE);
    }

    @Override
    public Child start() {
        Path home = PostgresBinaries.in(data.postgres());
        stopLeftOver(home);
        if (!Files.exists(cluster.resolve("PG_VERSION"))) {
            initialise(home);
        }
        List<String> command = new ArrayList<>(unprivileged());
        command.addAll(List.of(home.resolve("bin/postgres").toString(), "-D", cluster.toString()));
        settings().forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
        return Child.start(name(), command, Map.of("TZ", "UTC", "LC_ALL", "C"), log());
    }

    /**
     * Durability stays as PostgreSQL has it. Checkpoints are further apart, since after each one the first change of a page writes the
     * whole page to the log; recovery after a crash then reads up to 4 GB of log, half a minute.
     */
    private Map<String, String> settings() {
        return Map.ofEntries(
                Map.entry("port", Integer.toString(port)),
                Map.entry("listen_addresses", "127.0.0.1"),
                Map.entry("unix_socket_directories", ""),
                Map.entry("fsync", "on"),
                Map.entry("synchronous_commit", "on"),
                Map.entry("full_page_writes", "on"),
                Map.entry("shared_buffers", sharedBuffers(memory())),
                Map.entry("max_wal_size", "4GB"),
                Map.entry("checkpoint_timeout", "15min"),
                Map.entry("wal_buffers", "16MB"),
                Map.entry("timezone", "UTC"),
                Map.entry("log_timezone", "UTC"),
                Map.entry("log_line_prefix", "%m [%p] %q%u "),
                Map.entry("password_encryption", "scram-sha-256"));
    }

    /**
     * PostgreSQL's own cache: a thirty-second of the machine's memory, from the 128 MB that it has by itself up to 512 MB. The indexes of
     * millions of events do not fit into 128, and then each insert writes some other page out.
     */
    static String sharedBuffers(long memoryBytes) {
        return Math.clamp(memoryBytes / (32L << 20), 128, 512) + "MB";
    }

    private static long memory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /** How a program that refuses to be root is started by root. */
    private List<String> unprivileged() {
        if (!System.getProperty("user.name").equals("root")) {
            return List.of();
        }
        if (run(List.of("unshare", "-U", "true"), Duration.ofSeconds(5)).isPresent()) {
            throw new LaunchException(
                    "PostgreSQL refuses to run as root, and this machine lets nobody make a user namespace ('unshare -U' fails).",
                    "Run Berth as an ordinary user who may use Docker, or set BERTH_DATABASE_URL to a PostgreSQL of your own.");
        }
        return List.of("unshare", "-U");
    }

    private void initialise(Path home) {
        Path draft = data.postgres().resolve("initialising");
        Path password = data.run().resolve("initdb.password");
        try {
            Folders.remove(draft);
            DataDirectory.write(password, data.secret("postgres") + "\n");
            List<String> command = new ArrayList<>(unprivileged());
            command.addAll(List.of(
                    home.resolve("bin/initdb").toString(),
                    "--pgdata=" + draft,
                    "--username=" + SUPERUSER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C"));
            Optional<String> failure = run(command, Duration.ofMinutes(3));
            if (failure.isPresent()) {
                throw new LaunchException(
                        "PostgreSQL's data directory cannot be made.",
                        failure.get() + "\nIs the disk full, or not writable for you?");
            }
            Files.move(draft, cluster, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LaunchException(
                    "PostgreSQL's data directory cannot be made: %s".formatted(e),
                    "Is the disk full, or not writable for you?",
                    e);
        } finally {
            try {
                Files.deleteIfExists(password);
            } catch (IOException e) {
                password.toFile().deleteOnExit();
            }
        }
    }

    /** The output of a command that failed; nothing when it went well. */
    private static Optional<String> run(List<String> command, Duration limit) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return Optional.of(output + "\n(no end after " + limit.toSeconds() + " s)");
            }
            return process.exitValue() == 0 ? Optional.empty() : Optional.of(output);
        } catch (IOException e) {
            return Optional.of(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /**
     * Ends a server that an earlier launcher left on the same data, and removes a {@code postmaster.pid} whose number belongs to
     * some other program by now: PostgreSQL itself would refuse to start on it.
     */
    private void stopLeftOver(Path home) {
        Path pidFile = cluster.resolve("postmaster.pid");
        try {
            if (!Files.exists(pidFile)) {
                return;
            }
            Optional<ProcessIdentity> holder = Files.readString(pidFile)
                    .lines()
                    .findFirst()
                    .flatMap(PostgresPart::number)
                    .flatMap(ProcessIdentity::of);
            if (holder.isPresent() && isServer(holder.get(), home)) {
                Child.stop(holder.get(), StopSignal.INT, stopWithin());
                return;
            }
            Files.delete(pidFile);
        } catch (IOException e) {
            throw new LaunchException(
                    "%s cannot be read or removed: %s".formatted(pidFile, e), "Check who owns the data directory.", e);
        }
    }

    private static Optional<Long> number(String line) {
        try {
            return Optional.of(Math.abs(Long.parseLong(line.strip())));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean isServer(ProcessIdentity process, Path home) throws IOException {
        Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        String words = Files.exists(commandLine) ? Files.readString(commandLine) : "";
        return words.contains(home.resolve("bin/postgres").toString()) && words.contains(cluster.toString());
    }

    @Override
    public boolean ready() {
        if (!HttpProbe.listens("127.0.0.1", port)) {
            return false;
        }
        try (Connection connection = connect(SUPERUSER)) {
            return connection.isValid(LOGIN_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection connect(String database) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", SUPERUSER);
        login.setProperty("password", data.secret("postgres"));
        login.setProperty("loginTimeout", Integer.toString(LOGIN_SECONDS));
        login.setProperty("ApplicationName", "berth-launcher");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), login);
    }

    /** Makes the database, the roles and their schemas where they are missing, and sets the roles' passwords. */
    @Override
    public void prepare() {
        try {
            try (Connection connection = connect(SUPERUSER);
                    Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery(
                            "select from pg_database where datname = '%s'".formatted(DATABASE))) {
                if (!found.next()) {
                    statement.execute("create database %s".formatted(DATABASE));
                }
            }
            try (Connection connection = connect(DATABASE);
                    Statement statement = connection.createStatement()) {
                statement.execute(bootstrap());
                for (Service service : Service.values()) {
                    statement.execute(
                            "alter role %s password '%s'".formatted(service.role(), data.secret(service.schema())));
                }
            }
        } catch (SQLException e) {
            throw new LaunchException(
                    "The database cannot be prepared: %s".formatted(e.getMessage()),
                    "See %s. If data is damaged, restore it from a backup.".formatted(log().path()),
                    e);
        }
    }

    private static String bootstrap() {
        try (InputStream script = Service.class.getResourceAsStream("/db/bootstrap.sql")) {
            if (script == null) {
                throw new IllegalStateException("db/bootstrap.sql is missing from the schema's jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public Duration readyWithin() {
        return Duration.ofMinutes(2);
    }

    @Override
    public StopSignal stopSignal() {
        return StopSignal.INT;
    }

    @Override
    public Duration stopWithin() {
        return Duration.ofSeconds(30);
    }

    @Override
    public LogFile log() {
        return new LogFile(data.logs().resolve("postgresql.log"));
    }
}
