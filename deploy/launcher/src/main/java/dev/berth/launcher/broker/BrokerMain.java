package dev.berth.launcher.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/**
 * One Kafka broker and controller in KRaft mode. Its argument is the settings file; it formats the log directory when that is
 * new, and writes the file named by the system property {@code berth.ready} once it serves.
 */
public final class BrokerMain {
    private BrokerMain() {}

    /** Runs until it is told to end. */
    public static void main(String[] args) throws Exception {
        Properties settings = Utils.loadProps(args[0]);
        Path log = Path.of(settings.getProperty("log.dirs"));
        if (!Files.exists(log.resolve("meta.properties"))) {
            int formatted = StorageTool.execute(
                    new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", args[0]}, System.out);
            if (formatted != 0) {
                System.exit(formatted);
            }
        }
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        Exit.addShutdownHook("berth-broker", server::shutdown);
        server.startup();
        Files.writeString(
                Path.of(System.getProperty("berth.ready")),
                Long.toString(ProcessHandle.current().pid()));
        server.awaitShutdown();
    }
}
