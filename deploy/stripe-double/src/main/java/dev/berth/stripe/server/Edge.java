package dev.berth.stripe.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.stripe.hosted.Pages;
import dev.berth.stripe.resource.Change;
import dev.berth.stripe.state.DoubleClock;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Store;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The HTTP server: {@code /v1} is Stripe's API, {@code /_double} the double's own, {@code /readyz} says that it is ready, the rest are pages. Loopback only. */
public final class Edge implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RequestLog log = new RequestLog();
    private final String base;
    private final Store store;
    private final DoubleClock clock;
    private final Access access;
    private final Api api;
    private final Control control;

    /**
     * Listens.
     *
     * @param port 0 for any that is free
     * @param afterReset what is to be done when everything was forgotten
     * @throws UncheckedIOException when the port is taken
     */
    public Edge(
            int port, String secretKey, String publishableKey, Store store, DoubleClock clock, Runnable afterReset) {
        this.store = store;
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
        } catch (IOException e) {
            throw new UncheckedIOException("Port %d cannot be had: %s".formatted(port, e.getMessage()), e);
        }
        base = "http://127.0.0.1:%d".formatted(server.getAddress().getPort());
        access = new Access(secretKey, publishableKey);
        api = new Api(store, clock, access, log, base);
        control = new Control(store, clock, log, base, afterReset);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The address of API and pages, without a slash at the end. */
    public String base() {
        return base;
    }

    /** What was asked. */
    public RequestLog log() {
        return log;
    }

    private void handle(HttpExchange http) throws IOException {
        Exchange exchange = new Exchange(http);
        try {
            String path = exchange.path();
            if (path.startsWith("/v1/")) {
                api.handle(exchange);
            } else if (path.startsWith("/_double/")) {
                access.check(exchange);
                control.handle(exchange);
            } else if (path.equals("/readyz")) {
                exchange.empty(200);
            } else if (Pages.has(path)) {
                page(exchange);
            } else {
                throw StripeError.noRoute(exchange.method(), path);
            }
        } catch (StripeError e) {
            exchange.json(e.status(), e.body());
        } catch (IOException e) {
            exchange.hangUp();
        } catch (RuntimeException e) {
            System.err.println("%s %s".formatted(exchange.method(), exchange.path()));
            e.printStackTrace();
            exchange.json(500, Json.of("error", Json.of("message", "The double is broken: " + e, "type", "api_error")));
        }
    }

    private void page(Exchange exchange) throws IOException {
        Params query = Params.parse(exchange.query());
        Pages.View view = store.change(tx -> {
            Change change = new Change(tx, clock.now(tx), null, null, base);
            return exchange.method().equals("POST")
                    ? Pages.submit(change, exchange.path(), query, Params.parse(exchange.body()))
                    : Pages.show(change, exchange.path(), query);
        });
        if (view.location().isEmpty()) {
            exchange.html(view.status(), view.page());
        } else {
            exchange.redirect(view.location());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
