package dev.berth.schema.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;

/** Takes whatever it is sent, and says how many bytes that were; run in a network namespace of its own. */
public final class Sink {
    private Sink() {}

    /** Listens on a port of all addresses. */
    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]))) {
            System.out.println("listens");
            while (true) {
                try (Socket socket = server.accept();
                        InputStream in = socket.getInputStream()) {
                    byte[] buffer = new byte[65_536];
                    long sum = 0;
                    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                        sum += read;
                    }
                    System.out.println(sum);
                }
            }
        }
    }
}
