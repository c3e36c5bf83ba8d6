package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What an engine tells of use, read from the bytes that one sent. */
class StatisticsTest {
    private static final String VERSION = "{\"Version\": \"4.3.1\", \"ApiVersion\": \"1.41\", \"Components\": []}";

    /** Of Podman 4.3.1: usage in user mode is the whole less that of the kernel, which was read later. */
    private static final String BELOW_ZERO = """
            {"read": "2026-11-30T08:55:00.5Z", "preread": "0001-01-01T00:00:00Z", "pids_stats": {"current": 1},
             "cpu_stats": {"cpu_usage": {"total_usage": 27000000, "usage_in_kernelmode": 31552176,
                                         "usage_in_usermode": 18446744073704999440},
                           "system_cpu_usage": 1000000000, "online_cpus": 2, "throttling_data": {}},
             "precpu_stats": {"cpu_usage": {"total_usage": 0}, "throttling_data": {}},
             "memory_stats": {"usage": 1048576, "limit": 67108864}}""";

    @Test
    void aCountThatWentBelowZeroDoesNotHideTheOthers() throws IOException {
        HttpServer engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/", exchange -> {
            byte[] answer = (exchange.getRequestURI().getPath().endsWith("/version") ? VERSION : BELOW_ZERO)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        engine.start();
        String host = "tcp://127.0.0.1:" + engine.getAddress().getPort();
        try (DockerCalls calls = new DockerCalls(host, new SimpleMeterRegistry())) {
            DockerStreams streams = new DockerStreams(calls, "test");
            for (Stats stats : new Stats[] {streams.sample("one"), streams.stats("one")}) {
                assertThat(stats.cpuNanos()).isEqualTo(27_000_000);
                assertThat(stats.memoryBytes()).isEqualTo(1_048_576);
                assertThat(stats.pids()).isOne();
            }
        } finally {
            engine.stop(0);
        }
    }
}
