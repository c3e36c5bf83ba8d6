package dev.berth.provisioner.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;

/** What was asked of a database since a test began to count, in its order; nothing is kept before. Thread-safe. */
public final class Statements {
    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private volatile boolean counting;

    /** Forgets what was asked, and writes down what is asked from now on. */
    public void count() {
        said.clear();
        counting = true;
    }

    /** The SQL of each. */
    public List<String> said() {
        return List.copyOf(said);
    }

    /** A data source that is written down here. */
    public DataSource of(DataSource source) {
        return proxy(DataSource.class, source, (method, result) -> {
            if (result instanceof Connection connection) {
                return proxy(Connection.class, connection, (_, made) -> made);
            }
            return result;
        });
    }

    private interface Then {
        Object of(String method, Object result);
    }

    private <T> T proxy(Class<T> type, T target, Then then) {
        InvocationHandler handler = (_, method, arguments) -> {
            if (counting && method.getName().equals("prepareStatement")) {
                said.add(String.valueOf(arguments[0]));
            }
            try {
                return then.of(method.getName(), method.invoke(target, arguments));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
