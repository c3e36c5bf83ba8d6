package dev.berth.schema.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Every route behind the gateway, by everybody who might call it: what is another account's is answered byte for byte as what does not
 * exist, nobody is answered without an identity of this installation that is still valid, and the operator's routes are the operator's.
 * Each refusal has its control, the owner by the same request.
 */
public final class InternalRoutes {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration EXPIRED = Duration.ofMinutes(10);

    private final URI base;
    private final String secret;
    private final InstantSource clock;
    private final IdentitySigner signer;
    private final List<Asked> asked = new ArrayList<>();

    /**
     * A request of one route.
     *
     * @param ids by name what stands for {@code {name}} in the path or query, all of them the owner's
     * @param operator whether only the operator may ask
     * @param good what the owner, or the operator, is answered
     */
    private record Asked(
            String method,
            String route,
            String query,
            Map<String, String> ids,
            @Nullable String body,
            boolean operator,
            Set<Integer> good) {
        String path(boolean theirs) {
            String path = route + query;
            for (Map.Entry<String, String> id : ids.entrySet()) {
                path = path.replace("{" + id.getKey() + "}", theirs ? id.getValue() : missing(id.getValue()));
            }
            return path;
        }

        String name() {
            return method + " " + route + query;
        }
    }

    private record Answer(int status, String body) {}

    /**
     * The routes of a service.
     *
     * @param base where it listens
     * @param secret of the installation
     * @param clock of the service
     */
    public InternalRoutes(URI base, String secret, InstantSource clock) {
        this.base = base;
        this.secret = secret;
        this.clock = clock;
        this.signer = new IdentitySigner(secret, clock);
    }

    /** A route about an account; in path and query {@code {name}} stands for an id of the owner. */
    public InternalRoutes read(String route, String query, Map<String, String> ids, Integer... good) {
        asked.add(new Asked("GET", route, query, ids, null, false, Set.of(good)));
        return this;
    }

    /** A write about an account. */
    public InternalRoutes write(String route, Map<String, String> ids, String body, Integer... good) {
        asked.add(new Asked("POST", route, "", ids, body, false, Set.of(good)));
        return this;
    }

    /** A route of the operator. */
    public InternalRoutes operator(String method, String route, Map<String, String> ids, Integer... good) {
        asked.add(new Asked(method, route, "", ids, method.equals("GET") ? null : "{}", true, Set.of(good)));
        return this;
    }

    /**
     * Tries all.
     *
     * @param served the service's own list, {@code METHOD /path}; a route that nobody asks for fails
     * @param marks what must be in no answer to the stranger
     */
    public void check(Collection<String> served, AccountId owner, AccountId stranger, Collection<String> marks) {
        Set<String> known = new TreeSet<>();
        asked.forEach(one -> known.add(one.method() + " " + one.route()));
        assertThat(known)
                .as("a route of the service that is not asked here")
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(served));
        List<String> wrong = new ArrayList<>();
        for (Asked one : asked) {
            unknown(one, owner, wrong);
            if (one.operator()) {
                expect(one, "a customer", send(one, true, identity(owner)), Set.of(403, 404), wrong);
            } else {
                stranger(one, stranger, marks, wrong);
            }
        }
        for (Asked one : asked) {
            String who = one.operator() ? operator() : identity(owner);
            expect(one, "the control", send(one, true, who), one.good(), wrong);
        }
        assertThat(wrong).isEmpty();
    }

    private void unknown(Asked one, AccountId owner, List<String> wrong) {
        Identity identity = new Identity(owner, "usr_1", "op_1", true);
        Map<String, @Nullable String> callers = new TreeMap<>();
        callers.put("a bad token", "not.a.token");
        callers.put(
                "another installation",
                new IdentitySigner("another secret that is long enough!!", clock).sign(identity));
        callers.put(
                "an old identity",
                new IdentitySigner(secret, () -> clock.instant().minus(EXPIRED)).sign(identity));
        callers.forEach((name, token) -> expect(one, name, send(one, true, token), Set.of(401), wrong));
        expect(one, "nobody", send(one, true, null), Set.of(401), wrong);
    }

    private void stranger(Asked one, AccountId stranger, Collection<String> marks, List<String> wrong) {
        Answer theirs = send(one, true, identity(stranger));
        for (String mark : marks) {
            if (theirs.body().contains(mark) && !one.ids().containsValue(mark)) {
                wrong.add("%s: a stranger is told of %s: %s".formatted(one.name(), mark, theirs.body()));
            }
        }
        if (one.ids().isEmpty()) {
            return;
        }
        Answer missing = send(one, false, identity(stranger));
        String expected = missing.body();
        for (String id : one.ids().values()) {
            expected = expected.replace(missing(id), id);
        }
        if (theirs.status() != missing.status() || !theirs.body().equals(expected)) {
            wrong.add("%s: %s, and as missing %s".formatted(one.name(), theirs, missing));
        }
    }

    private static void expect(Asked one, String who, Answer answer, Set<Integer> statuses, List<String> wrong) {
        if (!statuses.contains(answer.status())) {
            wrong.add("%s by %s: %s, not %s".formatted(one.name(), who, answer, statuses));
        }
    }

    /** An id of the same form that nobody has. */
    private static String missing(String id) {
        int prefix = id.indexOf('_');
        return prefix < 0 ? "nobody-has-this" : id.substring(0, prefix + 1) + "01h00000000000000000000000";
    }

    private String identity(AccountId account) {
        return signer.sign(new Identity(account, "usr_1", "op_1", false));
    }

    private String operator() {
        return signer.sign(new Identity(null, "operator", "op_1", true));
    }

    private Answer send(Asked one, boolean theirs, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(one.path(theirs)))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .method(
                        one.method(),
                        one.body() == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(one.body()));
        if (token != null) {
            request.header(Identity.HEADER, token);
        }
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            // The id of the request is its own.
            return new Answer(
                    answer.statusCode(), answer.body().replaceAll("\"request_id\":\"[^\"]*\"", "\"request_id\":\"\""));
        } catch (IOException e) {
            throw new UncheckedIOException(one.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
