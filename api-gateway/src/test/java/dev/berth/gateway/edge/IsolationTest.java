package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.Api.Reply;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.edge.Places.Attempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.SoftAssertions;
import org.jooq.QueryPart;
import org.jooq.TableField;
import org.jooq.VisitContext;
import org.jooq.VisitListener;
import org.jooq.VisitListenerProvider;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.QOM;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * The matrix of ISOLATION.md, section 3, made from the routes and the document of the running gateway: every route, by everybody
 * who might call it, with every place where an id can stand. What is another account's is answered as what does not exist, byte
 * for byte. A route, a query parameter or a reference in a body that {@link Places} does not know fails.
 */
class IsolationTest extends GatewayTest {
    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private final SoftAssertions all = new SoftAssertions();

    /** Every row of the matrix is tried before any of them fails. */
    @AfterEach
    void all() {
        all.assertAll();
    }

    private Places places() {
        return new Places(mapping, api().get("/v1/openapi.json").expect(200).json());
    }

    private Estate estate(String name) {
        return Estate.of(api(), superuser(), name);
    }

    @Test
    void whatIsAnothersIsAnsweredAsWhatDoesNotExist() {
        Places places = places();
        Estate victim = estate(Estate.CANARY);
        strangerSeesNothing(places, victim, estate("stranger"));
        ownerReachesIt(places, victim);
    }

    /** The same with the conditions on the account taken out of every query: the rows' own policy is enough. */
    @Test
    void theRowsAloneKeepAccountsApart() {
        Places places = places();
        Estate victim = estate(Estate.CANARY);
        Estate stranger = estate("stranger");
        DefaultConfiguration configuration = (DefaultConfiguration) dsl.configuration();
        WithoutConditions without = new WithoutConditions();
        VisitListenerProvider[] before = configuration.visitListenerProviders();
        configuration.set(() -> without);
        try {
            strangerSeesNothing(places, victim, stranger);
        } finally {
            configuration.set(before);
        }
        assertThat(without.taken.get()).as("conditions that were taken out").isGreaterThan(100);
        ownerReachesIt(places, victim);
    }

    @Test
    void whoMayNotLearnsNothingOfWhatThereIs() {
        Places places = places();
        Estate victim = estate(Estate.CANARY);
        Estate stranger = estate("stranger");
        List<Attempt> attempts = places.customerAttempts(victim, stranger);
        Api revoked = stranger.keyWith(List.of("workloads:read"), true);
        Api expired = stranger.session();
        superuser()
                .execute(
                        "update gateway.session set expires_at = now() - interval '1 minute' where account_id = ?",
                        stranger.accountUuid());
        for (Attempt attempt : attempts) {
            same(attempt, api(), Set.of(401));
            same(attempt, revoked, Set.of(401));
            same(attempt, expired, Set.of(401, 403));
            same(attempt, api().key(OPERATOR), Set.of(403));
            List<String> others = new ArrayList<>(stranger.scopes());
            others.remove(attempt.scope());
            same(attempt, stranger.keyWith(others, false), Set.of(403));
        }
    }

    @Test
    void aViewerAndASuspendedAccountLearnNothingEither() {
        Places places = places();
        Estate victim = estate(Estate.CANARY);
        Estate viewer = estate("viewer");
        Estate suspended = estate("suspended");
        superuser().execute("update gateway.membership set role = 'viewer' where account_id = ?", viewer.accountUuid());
        superuser()
                .execute(
                        "update gateway.account set standing = 'suspended' where account_id = ?",
                        suspended.accountUuid());
        for (Attempt attempt : places.customerAttempts(victim, viewer)) {
            boolean may = Role.VIEWER.scopes().contains(Scope.of(attempt.scope()));
            same(attempt, viewer.api(), may ? attempt.refusals() : Set.of(403));
        }
        for (Attempt attempt : places.customerAttempts(victim, suspended)) {
            Set<Integer> refusals = new TreeSet<>(attempt.refusals());
            refusals.addAll(attempt.verb().equals("GET") ? Set.of() : Set.of(402, 403));
            same(attempt, suspended.api(), refusals);
        }
    }

    @Test
    void customersDoNotReachTheOperatorsRoutes() {
        Places places = places();
        Estate victim = estate(Estate.CANARY);
        for (Attempt attempt : places.operatorAttempts(victim)) {
            same(attempt, victim.api(), Set.of(403));
            same(attempt, api(), Set.of(401));
        }
    }

    /** Operators whose role is too low are told which one it takes, and nothing of what there is. */
    @Test
    void operatorsReachWhatTheirRoleAllows() {
        Places places = places();
        Estate victim = estate(Estate.CANARY);
        Api root = api().key(OPERATOR);
        List<Attempt> attempts = places.operatorAttempts(victim);
        Api.Reply gone = operatorKey(root, OperatorRole.ADMIN);
        root.delete("/operator/v1/keys/" + gone.text("id")).expect(204);
        for (OperatorRole role : OperatorRole.values()) {
            Api.Reply made = operatorKey(root, role);
            Api caller = api().key(made.text("secret"));
            for (Attempt attempt : attempts) {
                OperatorRole needed = OperatorRole.of(attempt.scope());
                if (role.may(needed)) {
                    all.assertThat(attempt.send(caller, attempt.missing()).status())
                            .as("%s by %s", attempt, role)
                            .isNotIn(401, 403);
                } else {
                    Reply refused = same(attempt, caller, Set.of(403));
                    all.assertThat(refused.text("hint"))
                            .as("%s by %s", attempt, role)
                            .contains(needed.text());
                    all.assertThat(refused.text("code")).isEqualTo("operator_role");
                }
            }
            for (Attempt attempt : places.customerAttempts(victim, victim)) {
                same(attempt, caller, Set.of(403));
            }
            root.delete("/operator/v1/keys/" + made.text("id")).expect(204);
        }
        for (Attempt attempt : attempts) {
            same(attempt, api().key(gone.text("secret")), Set.of(401));
        }
    }

    private static Api.Reply operatorKey(Api root, OperatorRole role) {
        return root.post("/operator/v1/keys", "{\"name\": \"o\", \"role\": \"%s\"}".formatted(role.text()))
                .expect(201);
    }

    /** A cursor of another account's list leads into the caller's own. */
    @Test
    void aCursorOfAnotherAccountLeadsNowhere() {
        Places places = places();
        Estate victim = estate(Estate.CANARY);
        Estate stranger = estate("stranger");
        int tried = 0;
        for (String path : places.listsWithCursors(victim)) {
            String sign = path.contains("?") ? "&" : "?";
            JsonNode cursor =
                    victim.api().get(path + sign + "limit=1").expect(200).json().path("next_cursor");
            if (cursor.isString()) {
                Reply reply = stranger.api().get(path + sign + "limit=50&cursor=" + cursor.stringValue());
                assertThat(reply.status()).as(path).isIn(200, 400, 422);
                all.check(() -> victim.isNotIn(reply.body(), path, ""));
                tried++;
            }
        }
        assertThat(tried).as("lists with more than one page").isGreaterThanOrEqualTo(3);
    }

    /** Every table with rows of accounts is under the policy; a new one without fails. */
    @Test
    void everyTableOfAccountsHasThePolicy() {
        List<String> bare = superuser().fetch("""
                        select distinct c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                        join pg_attribute a on a.attrelid = c.oid and a.attname in ('account_id', 'workload_id', 'volume_id', 'user_id', 'delivery_id')
                        where n.nspname = 'gateway' and c.relkind in ('r', 'p')
                        and not (c.relrowsecurity and c.relforcerowsecurity
                            and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'own_account'))""").getValues(0, String.class);
        assertThat(bare)
                .as("tables of accounts without row-level security")
                .containsExactlyInAnyOrder("mail", "outbox");
    }

    /** These see the rows of every account, so each of them was looked at. */
    @Test
    void onlyWhatIsAboutAPersonSeesMoreThanOneAccount() {
        List<String> found = mapping.getHandlerMethods().entrySet().stream()
                .filter(one -> one.getValue().hasMethodAnnotation(Requires.OfPerson.class))
                .flatMap(one -> one.getKey().getPatternValues().stream())
                .distinct()
                .toList();
        assertThat(found)
                .containsExactlyInAnyOrder(
                        "/v1/accounts",
                        "/v1/session/account",
                        "/v1/second_factor",
                        "/v1/second_factor/confirm",
                        "/v1/second_factor/end",
                        "/accounts",
                        "/accounts/change",
                        "/security",
                        "/security/begin",
                        "/security/confirm",
                        "/security/end",
                        "/security/link",
                        "/security/prove",
                        "/security/unlink",
                        "/v1/logins",
                        "/v1/logins/{id}");
    }

    private void strangerSeesNothing(Places places, Estate victim, Estate stranger) {
        List<Attempt> attempts = places.customerAttempts(victim, stranger);
        assertThat(attempts).hasSizeGreaterThan(60);
        for (Attempt attempt : attempts) {
            Reply reply = same(attempt, stranger.api(), attempt.refusals());
            all.check(() -> victim.isNotIn(reply.body(), attempt.toString(), attempt.path() + attempt.foreign()));
        }
        for (String list : places.lists(stranger)) {
            all.check(() -> victim.isNotIn(stranger.api().get(list).expect(200).body(), list, ""));
        }
    }

    /** Every refusal above has a control that reaches: the owner, by the same requests. */
    private void ownerReachesIt(Places places, Estate victim) {
        for (Attempt attempt : places.controls(victim)) {
            Reply reply = attempt.send(victim.api(), attempt.foreign());
            all.assertThat(reply.status())
                    .as("%s by its owner: %s", attempt, reply.body())
                    .isNotIn(401, 403, 404);
        }
    }

    /** Asks once for what is another's and once for what nobody has, and compares. */
    private Reply same(Attempt attempt, Api caller, Set<Integer> expected) {
        Reply foreign = attempt.send(caller, attempt.foreign());
        Reply missing = attempt.send(caller, attempt.missing());
        all.assertThat(foreign.status()).as("%s: %s", attempt, foreign.body()).isIn(expected);
        all.assertThat(masked(foreign, attempt.foreign()))
                .as(attempt.toString())
                .isEqualTo(masked(missing, attempt.missing()));
        return foreign;
    }

    private static Map<String, String> masked(Reply reply, String id) {
        return Map.of(
                "status", String.valueOf(reply.status()),
                "type", String.valueOf(reply.header("Content-Type")),
                "etag", String.valueOf(reply.header("ETag")),
                "length", String.valueOf(reply.header("Content-Length")),
                "body",
                        reply.body()
                                .replace(id, "<id>")
                                .replaceAll("\"request_id\":\"[^\"]*\"", "\"request_id\":\"\"")
                                .replaceAll("\"(accepted_at|as_of|from|to)\":\"[^\"]*\"", "\"$1\":\"\""));
    }

    /** Takes the conditions on the account out of the queries that answer a customer's call. */
    private static final class WithoutConditions implements VisitListener {
        private final AtomicInteger taken = new AtomicInteger();

        @Override
        public void visitStart(VisitContext context) {
            QueryPart part = context.queryPart();
            if (part instanceof QOM.Eq<?> equal
                    && equal.$arg1() instanceof TableField<?, ?> field
                    && field.getName().equals("account_id")
                    && equal.$arg2() instanceof org.jooq.Param<?>
                    && !AccountRows.scope().isEmpty()) {
                context.queryPart(DSL.trueCondition());
                taken.incrementAndGet();
            }
        }
    }
}
