package dev.berth.launcher.part;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.child.StopSignal;
import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.LaunchException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/**
 * A Kafka broker on loopback. It leaves writing to disk to the operating system, so that a power loss may cut the end of its log: PostgreSQL is
 * the system of record, from which what was cut is published again (decision 34).
 */
public final class BrokerPart implements Part {
    private final DataDirectory data;
    private final Ports ports;
    private final JavaProgram program;

    /** A broker whose log is in that directory. */
    public BrokerPart(DataDirectory data, Ports ports, JavaProgram program) {
        this.data = data;
        this.ports = ports;
        this.program = program;
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public int port() {
        return ports.kafka();
    }

    @Override
    public Child start() {
        Path settings = data.run().resolve("kafka.properties");
        try {
            Files.deleteIfExists(readyFile());
            DataDirectory.write(settings, text(settings()));
        } catch (IOException e) {
            throw new LaunchException(
                    "%s cannot be written: %s".formatted(settings, e), "Is the disk full, or not writable for you?", e);
        }
        return Child.start(
                name(),
                program.command(Map.of(
                        "berth.ready", readyFile().toString(),
                        "log4j2.configurationFile", "log4j2-broker.xml",
                        "log4j2.disableJmx", "true")),
                Map.of(),
                log());
    }

    /** The arguments of the broker's main class. */
    static Path settingsFile(DataDirectory data) {
        return data.run().resolve("kafka.properties");
    }

    private Path readyFile() {
        return data.run().resolve("kafka.ready");
    }

    private static String text(Properties settings) throws IOException {
        StringWriter text = new StringWriter();
        settings.store(text, "Written at each start");
        return text.toString();
    }

    /** What differs from Kafka's defaults: one machine, loopback only, nothing made by accident, little memory. */
    Properties settings() {
        Properties settings = new Properties();
        String broker = "127.0.0.1:%d".formatted(ports.kafka());
        String controller = "127.0.0.1:%d".formatted(ports.kafkaController());
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", "1");
        settings.setProperty("controller.quorum.voters", "1@" + controller);
        settings.setProperty("listeners", "PLAINTEXT://%s,CONTROLLER://%s".formatted(broker, controller));
        settings.setProperty("advertised.listeners", "PLAINTEXT://" + broker);
        settings.setProperty("controller.listener.names", "CONTROLLER");
        settings.setProperty("log.dirs", data.kafka().resolve("log").toString());
        settings.setProperty("auto.create.topics.enable", "false");
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        for (String internal :
                new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.setProperty(internal + ".replication.factor", "1");
            settings.setProperty(internal + ".num.partitions", "1");
        }
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
        settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(16 * 1024 * 1024));
        settings.setProperty("num.network.threads", "2");
        settings.setProperty("num.io.threads", "4");
        settings.setProperty("background.threads", "2");
        settings.setProperty("num.recovery.threads.per.data.dir", "2");
        settings.setProperty("controlled.shutdown.enable", "true");
        return settings;
    }

    @Override
    public boolean ready() {
        return Files.exists(readyFile()) && HttpProbe.listens("127.0.0.1", port());
    }

    @Override
    public Duration readyWithin() {
        return Duration.ofMinutes(2);
    }

    @Override
    public StopSignal stopSignal() {
        return StopSignal.TERM;
    }

    @Override
    public Duration stopWithin() {
        return program.stopWithin();
    }

    @Override
    public LogFile log() {
        return new LogFile(data.logs().resolve("kafka.log"));
    }
}
