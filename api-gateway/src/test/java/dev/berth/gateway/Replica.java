package dev.berth.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.ExecuteListenerProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** Another gateway, whole and in this JVM, on a port of its own; closing it is its orderly end. It counts its queries. */
public final class Replica implements AutoCloseable {
    private final ConfigurableApplicationContext context;
    private final int port;

    /** Starts one. */
    public Replica(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("server.port", 0);
        SpringApplication application =
                new SpringApplication(GatewayApplication.class, GatewayTest.Fakes.class, Counting.class);
        application.setRegisterShutdownHook(false);
        context = application.run(all.entrySet().stream().map(one -> "--" + one).toArray(String[]::new));
        port = Integer.parseInt(Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port")));
    }

    /** Nobody, calling it. */
    public Api api() {
        return Api.at(port);
    }

    /** Where it listens, on the loopback. */
    public int port() {
        return port;
    }

    /** A part of it. */
    public <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    /** How many queries that name a table it has made since it was started; its other rooms' turns are not among them. */
    public long queriesOf(String table) {
        return part(Queries.class).made.stream()
                .filter(sql -> sql.contains('"' + table + '"'))
                .count();
    }

    @Override
    public void close() {
        context.close();
    }

    static final class Queries implements ExecuteListener {
        private static final long serialVersionUID = 1;
        private final transient Queue<String> made = new ConcurrentLinkedQueue<>();

        @Override
        public void executeStart(ExecuteContext ctx) {
            String sql = ctx.sql();
            if (sql != null) {
                made.add(sql);
            }
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Counting {
        @Bean
        Queries queries() {
            return new Queries();
        }

        @Bean
        ExecuteListenerProvider counted(Queries queries) {
            return () -> queries;
        }
    }
}
