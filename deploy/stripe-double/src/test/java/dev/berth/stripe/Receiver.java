package dev.berth.stripe;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes webhooks as a server of a customer of Stripe's would. */
final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger refusals = new AtomicInteger();
    private final List<Delivery> all = new CopyOnWriteArrayList<>();

    record Delivery(String body, String signature) {
        Event event(String secret) throws SignatureVerificationException {
            return Webhook.constructEvent(body, signature, secret);
        }

        Event event() {
            try {
                return event(Played.SECRET);
            } catch (SignatureVerificationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean refused = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            if (!refused) {
                all.add(new Delivery(body, exchange.getRequestHeaders().getFirst("Stripe-Signature")));
            }
            exchange.sendResponseHeaders(refused ? 503 : 200, -1);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d/webhooks/stripe"
                .formatted(server.getAddress().getPort());
    }

    void refuseNext(int count) {
        refusals.set(count);
    }

    List<Delivery> all() {
        return List.copyOf(all);
    }

    /** The types of what came, in the order of its coming. */
    List<String> types() {
        return all.stream().map(delivery -> delivery.event().getType()).toList();
    }

    void clear() {
        all.clear();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
