package dev.berth.gateway.edge;

import dev.berth.schema.id.AccountId;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Hands out connections that see the rows of one account only while a call of that account is answered on this thread, by
 * PostgreSQL's row-level security (policies {@code own_account}, setting {@code berth.account}); the second wall behind the
 * conditions of the queries. A call is bound to its account when a handler that {@link Requires} a scope is entered; sign-up,
 * sign-in and the service's own loops see all rows. Thread-safe.
 *
 * <p>The setting is the session's, made before a transaction can begin, and made again only when the connection last served
 * another account: a pooler between Berth and PostgreSQL must pool sessions, not transactions, which LISTEN needs, too.
 */
final class AccountRows extends DelegatingDataSource {
    private static final String ATTRIBUTE = AccountRows.class.getName();
    private static final String EVERYONE = "";

    private final Map<PGConnection, String> scopes = Collections.synchronizedMap(new WeakHashMap<>());

    AccountRows(DataSource target) {
        super(target);
    }

    /** Binds a request to the rows of an account. */
    static void bind(HttpServletRequest request, AccountId account) {
        request.setAttribute(ATTRIBUTE, account.uuid().toString());
    }

    static String scope() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                        && call.getRequest().getAttribute(ATTRIBUTE) instanceof String account
                ? account
                : EVERYONE;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try {
            scope(connection, scope());
        } catch (SQLException | RuntimeException e) {
            try (connection) {
                throw e;
            }
        }
        return connection;
    }

    private void scope(Connection connection, String wanted) throws SQLException {
        PGConnection session = connection.unwrap(PGConnection.class);
        if (wanted.equals(scopes.getOrDefault(session, EVERYONE))) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("select set_config('berth.account', ?, false)")) {
            statement.setString(1, wanted);
            statement.execute();
        }
        scopes.put(session, wanted);
    }
}
