package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jooq.Record;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class OutboxTest {
    private static TestDatabase database;
    private final Outbox outbox = new Outbox(Service.GATEWAY);

    @BeforeAll
    static void open() {
        database = TestDatabase.fresh(Service.GATEWAY);
        database.dsl().execute("create sequence commit_order");
        database.dsl().execute("create table committed (event_id uuid, place bigint)");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void clean() {
        database.dsl().execute("truncate outbox, committed");
    }

    @Test
    void anEventIsWrittenWithItsCauseAndThePartitionOfItsKey() {
        AccountId account = AccountId.next();
        AccountClosed event = Wires.event(account, 7);
        EventId id = database.dsl()
                .transactionResult(configuration -> outbox.append(configuration.dsl(), event, Wires.CAUSE));

        Record row = database.dsl().fetchSingle("select * from outbox");
        assertThat(row.get("event_id", UUID.class)).isEqualTo(id.uuid());
        assertThat(row.get("topic", String.class)).isEqualTo("berth.account");
        assertThat(row.get("partition", int.class))
                .isEqualTo(BuiltInPartitioner.partitionForKey(
                        account.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), Topic.PARTITIONS));
        assertThat(row.get("key", String.class)).isEqualTo(account.toString());
        assertThat(row.get("type", String.class)).isEqualTo("dev.berth.account.AccountClosed.v1");
        assertThat(row.get("account_id", UUID.class)).isEqualTo(account.uuid());
        assertThat(row.get("occurred_at", Instant.class)).isEqualTo(event.occurredAt());
        assertThat(row.get("operation", String.class)).isEqualTo(Wires.CAUSE.operation());
        assertThat(row.get("actor", String.class)).isEqualTo(Wires.CAUSE.actor());
        assertThat(row.get("caused_at", Instant.class)).isEqualTo(Wires.CAUSE.at());
        assertThat(row.get("traceparent", String.class)).isEqualTo(Wires.CAUSE.traceparent());
        assertThat(Json.mapper().readValue(row.get("payload", String.class), AccountClosed.class))
                .isEqualTo(event);
    }

    @Test
    void anInventoryGoesToThePartitionItSpeaksOf() {
        try (TestDatabase provisioner = TestDatabase.fresh(Service.PROVISIONER)) {
            for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
                Inventory inventory = new Inventory("host-1", partition, Instant.EPOCH, List.of(), false);
                provisioner
                        .dsl()
                        .transaction(configuration ->
                                new Outbox(Service.PROVISIONER).append(configuration.dsl(), inventory, Wires.CAUSE));
            }
            assertThat(provisioner
                            .dsl()
                            .fetch("select partition from outbox order by seq")
                            .getValues(0))
                    .isEqualTo(List.of(0, 1, 2, 3, 4, 5));
        }
    }

    @Test
    void severalEventsKeepTheirOrderInOneStatement() {
        List<Outbox.Draft> drafts = new ArrayList<>();
        for (int number = 0; number < 700; number++) {
            drafts.add(new Outbox.Draft(Wires.event(AccountId.next(), number), Wires.CAUSE));
        }
        List<EventId> ids =
                database.dsl().transactionResult(configuration -> outbox.appendAll(configuration.dsl(), drafts));
        assertThat(database.dsl()
                        .fetch("select event_id from outbox order by seq")
                        .getValues(0, UUID.class))
                .isEqualTo(ids.stream().map(EventId::uuid).toList());
    }

    @Test
    void anEventOfAnotherServicesTopicIsRefused() {
        assertThatThrownBy(() -> database.dsl()
                        .transaction(configuration -> new Outbox(Service.BILLING)
                                .append(configuration.dsl(), Wires.event(AccountId.next(), 1), Wires.CAUSE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gateway writes, not billing");
        assertThat(database.dsl().fetch("select from outbox")).isEmpty();
    }

    @Test
    void anEventThatCannotTravelIsRefused() {
        AccountOpened tooLarge = new AccountOpened(
                AccountId.next(), "é".repeat(450_000), "a@b", "free", "EUR", "UTC", 1, 1, 1, 1, 1, Instant.EPOCH);
        assertThatThrownBy(() -> database.dsl()
                        .transaction(configuration -> outbox.append(configuration.dsl(), tooLarge, Wires.CAUSE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 900000 can travel");
    }

    @Test
    void anEventOutsideOfATransactionIsRefused() {
        assertThatThrownBy(() -> outbox.append(database.dsl(), Wires.event(AccountId.next(), 1), Wires.CAUSE))
                .hasMessageContaining("outside of one");
    }

    @Test
    void whatIsUndoneIsNotWritten() {
        assertThatThrownBy(() -> database.dsl().transaction(configuration -> {
                    outbox.append(configuration.dsl(), Wires.event(AccountId.next(), 1), Wires.CAUSE);
                    throw new IllegalStateException("undo");
                }))
                .hasMessageContaining("undo");
        assertThat(database.dsl().fetch("select from outbox")).isEmpty();
    }

    /** The place is drawn after the append, so it grows in the order in which the partition's lock was held until the commit. */
    @Test
    void theOrderOfRowsWithinAPartitionIsTheOrderOfCommits() throws Exception {
        AccountId account = AccountId.next();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            Random random = new Random(writer);
            writers.add(() -> {
                for (int i = 0; i < 50; i++) {
                    List<Outbox.Draft> drafts =
                            new ArrayList<>(List.of(new Outbox.Draft(Wires.event(account, i), Wires.CAUSE)));
                    for (int other = random.nextInt(3); other > 0; other--) {
                        drafts.add(new Outbox.Draft(Wires.event(AccountId.next(), i), Wires.CAUSE));
                    }
                    Collections.shuffle(drafts, random);
                    database.dsl().transaction(configuration -> {
                        for (EventId id : outbox.appendAll(configuration.dsl(), drafts)) {
                            configuration
                                    .dsl()
                                    .execute("insert into committed values (?, nextval('commit_order'))", id.uuid());
                        }
                        configuration.dsl().execute("select pg_sleep(?)", random.nextDouble() / 500);
                    });
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Void> done : threads.invokeAll(writers)) {
                done.get(); // a deadlock would be thrown here
            }
        }
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            List<?> places = database.dsl()
                    .fetch(
                            "select place from outbox join committed using (event_id) where partition = ? order by seq",
                            partition)
                    .getValues(0, Long.class);
            assertThat(places).isNotEmpty().isSorted();
        }
    }
}
