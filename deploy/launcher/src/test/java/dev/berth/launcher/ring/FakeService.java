package dev.berth.launcher.ring;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Stands for a service in tests of the launcher: ready at once, or ended with words that a test chose. */
public final class FakeService {
    private FakeService() {}

    /** Listens where it is told to. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(System.getenv("BERTH_PORT"));
        if (System.getenv().getOrDefault("BERTH_TEST_FAILING_PORT", "").equals(Integer.toString(port))) {
            System.out.println("java.io.IOException: No space left on device");
            System.exit(3);
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        System.out.println("ready");
    }
}
