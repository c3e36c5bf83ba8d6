package dev.berth.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.Event;
import dev.berth.schema.Topic;
import dev.berth.schema.contract.Contract.Field;
import dev.berth.schema.wire.EventTypes;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What is published is a promise: each event has a contract and a sample, and what was released never changes. */
class ContractsTest {

    static Stream<Class<? extends Event>> events() {
        return EventTypes.all().values().stream();
    }

    @ParameterizedTest
    @MethodSource("events")
    void aRecordKeepsItsContract(Class<? extends Event> event) throws IOException {
        Contract contract = contractOf(event);
        assertThat(Contract.differences(
                        contract, Contract.of(event, topicOf(event).topicName())))
                .as("%s against its contract; a change of a released event is a v2 record", event.getSimpleName())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("events")
    void aContractSaysWhatEverythingMeans(Class<? extends Event> event) throws IOException {
        Contract contract = contractOf(event);
        assertThat(contract.about()).as("about").hasSizeGreaterThan(10).endsWith(".");
        for (Field field : contract.fields()) {
            assertThat(field.about()).as(field.name()).hasSizeGreaterThan(10).endsWith(".");
            for (Field nested : field.fields() == null ? List.<Field>of() : field.fields()) {
                assertThat(nested.about())
                        .as(nested.name())
                        .hasSizeGreaterThan(10)
                        .endsWith(".");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void aSampleIsReadAndWrittenTheSame(Class<? extends Event> event) throws IOException {
        JsonNode sample = Json.mapper().readTree(Files.readString(file(event, ".sample.json")));
        Event read = Json.mapper().treeToValue(sample, event);
        assertThat(Json.mapper().readTree(Json.mapper().writeValueAsString(read)))
                .isEqualTo(sample);
        assertThat(Topic.of(read)).isEqualTo(topicOf(event));
        String key = contractOf(event).key();
        String expected = key.startsWith("'")
                ? key.substring(1, key.length() - 1)
                : sample.get(key).asString();
        assertThat(read.key()).isEqualTo(expected);
    }

    /** An older reader survives a newer writer. */
    @ParameterizedTest
    @MethodSource("events")
    void aFieldThatIsNotKnownIsPassedOver(Class<? extends Event> event) throws IOException {
        String sample = Files.readString(file(event, ".sample.json"));
        String newer = sample.replaceFirst("\\{", "{\"of_a_later_version\": [{\"a\": 1}],");
        assertThat(Json.mapper().readValue(newer, event))
                .isEqualTo(Json.mapper().readValue(sample, event));
    }

    @Test
    void everyContractHasARecord() throws IOException {
        TreeSet<String> files = new TreeSet<>();
        try (Stream<Path> paths = Files.walk(Released.CONTRACTS)) {
            paths.filter(path -> path.toString().endsWith(".v1.json") && !path.startsWith(Released.FOLDER))
                    .forEach(path ->
                            files.add(Released.CONTRACTS.relativize(path).toString()));
        }
        files.remove("headers.v1.json");
        TreeSet<String> records = new TreeSet<>();
        events().forEach(event ->
                records.add(Released.CONTRACTS.relativize(file(event, ".json")).toString()));
        assertThat(files).isEqualTo(records);
    }

    /** For a release, after which the copies are what all later versions are held to: {@code -Dberth.contracts.release=true}. */
    @Test
    void whatIsReleasedIsKept() throws IOException {
        assertThat(Released.contracts()).isNotEmpty();
        for (Map.Entry<String, Contract> released : Released.contracts().entrySet()) {
            Path now = Released.CONTRACTS.resolve(released.getKey());
            assertThat(now).as("events of it are in logs and outboxes; keep it").exists();
            assertThat(Contract.breaks(
                            released.getValue(), Json.mapper().readValue(Files.readString(now), Contract.class)))
                    .as("%s: only what may be null can be added; anything else is a v2 record", released.getKey())
                    .isEmpty();
        }
        if (Boolean.getBoolean("berth.contracts.release")) {
            Released.release();
        }
    }

    /** What an older writer wrote is read, and nothing of it is lost. */
    @Test
    void everyReleasedSampleIsRead() {
        Map<String, Class<? extends Event>> byFile = new java.util.TreeMap<>();
        events().forEach(event -> byFile.put(
                Released.CONTRACTS.relativize(file(event, ".sample.json")).toString(), event));
        assertThat(Released.samples()).isNotEmpty();
        Released.samples().forEach((path, text) -> {
            JsonNode written = Json.mapper().readTree(text);
            JsonNode again = Json.mapper()
                    .readTree(Json.mapper().writeValueAsString(Json.mapper().treeToValue(written, byFile.get(path))));
            written.propertyStream()
                    .forEach(property -> assertThat(again.get(property.getKey()))
                            .as("%s of %s", property.getKey(), path)
                            .isEqualTo(property.getValue()));
        });
    }

    @Test
    void onlyWhatMayBeNullCanBeAddedToWhatIsReleased() {
        Contract released = contract(field("account", "typeid(acct)", false), field("name", "string", true));
        assertThat(broken(released, fields -> fields.add(field("more", "string", true))))
                .isEmpty();
        assertThat(broken(released, fields -> fields.add(field("more", "string", false))))
                .containsExactly("the field more is new");
        assertThat(broken(released, fields -> fields.remove(1))).containsExactly("the field name is gone");
        assertThat(broken(released, fields -> fields.set(1, field("name", "int32", true))))
                .containsExactly("the type of name is string in the contract and int32 in the record");
    }

    @Test
    void aReleasedSetOfValuesOnlyGrowsAtItsEnd() {
        Contract released = contract(field("reason", "enum(exited, stopped)", false));
        assertThat(broken(released, fields -> fields.set(0, field("reason", "enum(exited, stopped, lost)", false))))
                .isEmpty();
        assertThat(broken(released, fields -> fields.set(0, field("reason", "enum(exited, lost, stopped)", false))))
                .hasSize(1);
        assertThat(broken(released, fields -> fields.set(0, field("reason", "enum(exited)", false))))
                .hasSize(1);
    }

    private static List<String> broken(Contract released, java.util.function.Consumer<List<Field>> change) {
        List<Field> fields = new ArrayList<>(released.fields());
        change.accept(fields);
        return Contract.breaks(released, contract(fields.toArray(Field[]::new)));
    }

    @Test
    void everyChangeOfARecordIsSeen() {
        Contract contract = contract(
                field("account", "typeid(acct)", false),
                field("name", "string", false),
                new Field("containers", "array(object)", false, "", List.of(field("container", "typeid(ctr)", false))));
        assertThat(Contract.differences(contract, contract)).isEmpty();
        assertThat(changed(contract, fields -> fields.remove(1))).containsExactly("the field name is gone");
        assertThat(changed(contract, fields -> fields.set(1, field("title", "string", false))))
                .containsExactly("the field name is gone", "the field title is new");
        assertThat(changed(contract, fields -> fields.set(1, field("name", "int64", false))))
                .containsExactly("the type of name is string in the contract and int64 in the record");
        assertThat(changed(contract, fields -> fields.set(1, field("name", "string", true))))
                .containsExactly("whether name may be null is false in the contract and true in the record");
        assertThat(changed(contract, fields -> fields.add(field("more", "string", true))))
                .containsExactly("the field more is new");
        assertThat(changed(contract, fields -> fields.add(0, fields.remove(1))))
                .containsExactly("the fields are in another order");
        assertThat(changed(
                        contract,
                        fields -> fields.set(
                                2,
                                new Field(
                                        "containers",
                                        "array(object)",
                                        false,
                                        "",
                                        List.of(field("container", "string", false))))))
                .containsExactly(
                        "the type of containers.container is typeid(ctr) in the contract and string in the record");
        assertThat(Contract.differences(contract, new Contract("Other", 2, "berth.tenant", "", "", contract.fields())))
                .hasSize(3);
    }

    private static List<String> changed(Contract contract, java.util.function.Consumer<List<Field>> change) {
        List<Field> fields = new ArrayList<>(contract.fields());
        change.accept(fields);
        return Contract.differences(contract, contract(fields.toArray(Field[]::new)));
    }

    private static Contract contract(Field... fields) {
        return new Contract("AccountOpened", 1, "berth.account", "account", "", List.of(fields));
    }

    private static Field field(String name, String type, boolean nullable) {
        return new Field(name, type, nullable, "", null);
    }

    private static Contract contractOf(Class<? extends Event> event) throws IOException {
        return Json.mapper().readValue(Files.readString(file(event, ".json")), Contract.class);
    }

    private static Path file(Class<?> event, String ending) {
        String room = event.getPackageName().substring(event.getPackageName().lastIndexOf('.') + 1);
        return Released.CONTRACTS.resolve(room).resolve(event.getSimpleName() + ".v1" + ending);
    }

    private static Topic topicOf(Class<? extends Event> event) {
        return Stream.of(Topic.values())
                .filter(topic -> topic.events().isAssignableFrom(event))
                .findFirst()
                .orElseThrow();
    }
}
