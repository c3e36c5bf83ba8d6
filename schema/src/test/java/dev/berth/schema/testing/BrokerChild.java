package dev.berth.schema.testing;

/** The child JVM of {@link TestKafka}: the broker, which ends when its parent does, however that ends. */
public final class BrokerChild {
    private BrokerChild() {}

    /** Runs Kafka with the properties file that is the first argument. */
    public static void main(String[] args) {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        Thread.ofPlatform().daemon(true).name("parent-watch").start(() -> {
            parent.onExit().join();
            Runtime.getRuntime().halt(1);
        });
        kafka.Kafka.main(args);
    }
}
