package dev.berth.gateway.export;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;
import static dev.berth.schema.db.gateway.Tables.API_KEY;
import static dev.berth.schema.db.gateway.Tables.AUDIT_CHAIN;
import static dev.berth.schema.db.gateway.Tables.AUDIT_ENTRY;
import static dev.berth.schema.db.gateway.Tables.AUTOSCALE_CHANGE;
import static dev.berth.schema.db.gateway.Tables.FEED_CONTAINER;
import static dev.berth.schema.db.gateway.Tables.FEED_EVENT;
import static dev.berth.schema.db.gateway.Tables.INVITATION;
import static dev.berth.schema.db.gateway.Tables.MEMBERSHIP;
import static dev.berth.schema.db.gateway.Tables.OPERATION;
import static dev.berth.schema.db.gateway.Tables.OPERATION_STEP;
import static dev.berth.schema.db.gateway.Tables.QUOTA;
import static dev.berth.schema.db.gateway.Tables.QUOTA_HOLD;
import static dev.berth.schema.db.gateway.Tables.REGISTRY_CREDENTIAL;
import static dev.berth.schema.db.gateway.Tables.SECRET;
import static dev.berth.schema.db.gateway.Tables.SPEND_CAP;
import static dev.berth.schema.db.gateway.Tables.STACK;
import static dev.berth.schema.db.gateway.Tables.STACK_MEMBER;
import static dev.berth.schema.db.gateway.Tables.USERS;
import static dev.berth.schema.db.gateway.Tables.VOLUME;
import static dev.berth.schema.db.gateway.Tables.VOLUME_SNAPSHOT;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_ATTEMPT;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_DELIVERY;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_ENDPOINT;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_MESSAGE;
import static dev.berth.schema.db.gateway.Tables.WORKLOAD;
import static dev.berth.schema.db.gateway.Tables.WORKLOAD_REVISION;
import static dev.berth.schema.db.gateway.Tables.WORKLOAD_RUN;
import static dev.berth.schema.db.gateway.Tables.WORKLOAD_SCHEDULE;
import static dev.berth.schema.db.gateway.Tables.WORKLOAD_TRIGGER;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The rows of an account, table by table, in pages by their keys. */
@Repository
class ExportRepository {
    /** What is never told of a row, in whatever table and however deep: what lets in, and what is sealed. */
    static final Set<String> NEVER = Set.of(
            "secret_hash",
            "old_secret_hash",
            "lookup",
            "old_lookup",
            "token_hash",
            "password_hash",
            "password",
            "sealed",
            "previous_sealed");

    /**
     * A table, and how its rows are known as the account's.
     *
     * @param key the column that says so: {@code account_id}, or that of what it belongs to
     * @param parent what it belongs to; null where the rows name the account
     */
    record Part(Table<?> table, Field<?> key, @Nullable Part parent) {
        String name() {
            return table.getName();
        }

        private Condition of(AccountId account) {
            return parent == null
                    ? DSL.condition("{0} = {1}", key, DSL.inline(account.uuid()))
                    : DSL.condition("{0} in ({1})", key, keys(parent, account));
        }

        private org.jooq.Select<?> keys(Part of, AccountId account) {
            Field<?> same = Objects.requireNonNull(of.table.field(key.getName()));
            return DSL.select(same).from(of.table).where(of.of(account));
        }
    }

    private static final Part MEMBERS = own(MEMBERSHIP);
    private static final Part WORKLOADS = own(WORKLOAD);
    private static final Part VOLUMES = own(VOLUME);
    private static final Part STACKS = own(STACK);
    private static final Part OPERATIONS = own(OPERATION);
    private static final Part DELIVERIES_OF = own(WEBHOOK_ENDPOINT);
    private static final Part DELIVERIES = child(WEBHOOK_DELIVERY, WEBHOOK_DELIVERY.ENDPOINT_ID, DELIVERIES_OF);

    /** What is taken along, in the order of the file. */
    static final List<Part> PARTS = List.of(
            own(ACCOUNT),
            MEMBERS,
            child(USERS, USERS.USER_ID, MEMBERS),
            own(INVITATION),
            own(API_KEY),
            own(QUOTA),
            own(QUOTA_HOLD),
            WORKLOADS,
            child(WORKLOAD_REVISION, WORKLOAD_REVISION.WORKLOAD_ID, WORKLOADS),
            own(WORKLOAD_SCHEDULE),
            child(WORKLOAD_RUN, WORKLOAD_RUN.WORKLOAD_ID, WORKLOADS),
            child(AUTOSCALE_CHANGE, AUTOSCALE_CHANGE.WORKLOAD_ID, WORKLOADS),
            own(WORKLOAD_TRIGGER),
            own(SPEND_CAP),
            own(FEED_CONTAINER),
            STACKS,
            child(STACK_MEMBER, STACK_MEMBER.STACK_ID, STACKS),
            VOLUMES,
            child(VOLUME_SNAPSHOT, VOLUME_SNAPSHOT.VOLUME_ID, VOLUMES),
            own(SECRET),
            own(REGISTRY_CREDENTIAL),
            OPERATIONS,
            child(OPERATION_STEP, OPERATION_STEP.OPERATION_ID, OPERATIONS),
            own(FEED_EVENT),
            own(AUDIT_CHAIN),
            own(AUDIT_ENTRY),
            DELIVERIES_OF,
            own(WEBHOOK_MESSAGE),
            DELIVERIES,
            child(WEBHOOK_ATTEMPT, WEBHOOK_ATTEMPT.DELIVERY_ID, DELIVERIES));

    /** Tables with rows of accounts or of people that are left out, and why. */
    static final Map<String, String> LEFT_OUT = Map.ofEntries(
            Map.entry("session", "lets in who has it"),
            Map.entry("login", "a person's, in whatever account; /v1/logins has them"),
            Map.entry("login_flow", "lets in who has it"),
            Map.entry("second_factor", "lets in who has it"),
            Map.entry("recovery_code", "lets in who has it"),
            Map.entry("mail_link", "lets in who has it"),
            Map.entry("mail", "the operator's outgoing mail; its links let in"),
            Map.entry("owed_invoice", "a mirror of what billing says; invoice has it"),
            Map.entry("test_clock", "a mirror of what billing says, and an operator's matter"),
            Map.entry("told_standing", "which mail was the last; events has each change"),
            Map.entry("outbox", "the wire between services; events has what is told to the account"),
            Map.entry("autoscale", "what the autoscaler is about to decide from, not what it did"),
            Map.entry("feed_tenant", "a mirror of what the host says now"),
            Map.entry("feed_workload", "a mirror of what the host says now"),
            Map.entry("feed_rollout", "a mirror of what the host says now"),
            Map.entry("feed_volume", "a mirror of what the host says now"));

    private static Part own(Table<?> table) {
        return new Part(table, Objects.requireNonNull(table.field("account_id"), table.getName()), null);
    }

    private static Part child(Table<?> table, Field<?> key, Part parent) {
        return new Part(table, key, parent);
    }

    /** Whether nobody else exports the account; until the transaction ends nobody else does. */
    boolean begin(DSLContext dsl, AccountId account) {
        return dsl.fetchSingle(
                        "select pg_try_advisory_xact_lock(hashtextextended({0}, 0))", DSL.inline("export " + account))
                .get(0, Boolean.class);
    }

    /**
     * The next rows of a part, by its key.
     *
     * @param after the last row that was read; null to begin
     */
    List<Record> page(DSLContext dsl, Part part, AccountId account, @Nullable Record after, int limit) {
        List<? extends TableField<?, ?>> key =
                Objects.requireNonNull(part.table.getPrimaryKey(), part.name()).getFields();
        Condition rest = after == null
                ? DSL.noCondition()
                : DSL.row(key)
                        .gt(DSL.row(key.stream()
                                .map(field -> (Field<?>) DSL.val(after.get(field), field.getDataType()))
                                .toList()));
        return List.copyOf(dsl.select(part.table.fields())
                .from(part.table)
                .where(part.of(account))
                .and(rest)
                .orderBy(key)
                .limit(limit)
                .fetch());
    }

    /** A row as JSON, without what is never told. */
    static ObjectNode json(Record row) {
        ObjectNode json = Json.mapper().createObjectNode();
        for (Field<?> field : row.fields()) {
            if (!NEVER.contains(field.getName())) {
                json.set(field.getName(), value(row.get(field)));
            }
        }
        return json;
    }

    private static JsonNode value(@Nullable Object value) {
        JsonNode json = switch (value) {
            case JSONB text -> Json.mapper().readTree(text.data());
            case byte[] bytes -> Json.mapper().valueToTree(HexFormat.of().formatHex(bytes));
            case null -> Json.mapper().nullNode();
            default -> Json.mapper().valueToTree(value);
        };
        strip(json);
        return json;
    }

    private static void strip(JsonNode json) {
        if (json instanceof ObjectNode object) {
            object.remove(NEVER);
            object.forEach(ExportRepository::strip);
        } else if (json instanceof ArrayNode array) {
            array.forEach(ExportRepository::strip);
        }
    }
}
