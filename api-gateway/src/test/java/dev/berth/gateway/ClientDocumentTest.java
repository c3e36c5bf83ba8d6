package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The command line is made from a copy of the API's description, which is checked in; this holds the copy to what is served. */
class ClientDocumentTest extends GatewayTest {
    private static final Path COPY = Path.of("../deploy/client/openapi.json");
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    @Test
    void theCommandLineIsMadeFromTheDescriptionThatIsServed() throws IOException {
        ObjectNode served =
                (ObjectNode) api().get("/v1/openapi.json").expect(200).json();
        served.remove("servers"); // where it was asked
        if (Boolean.getBoolean("berth.openapi.write")) {
            Files.writeString(COPY, SORTED.writeValueAsString(SORTED.treeToValue(served, Object.class)) + "\n");
        }
        JsonNode copy = SORTED.readTree(Files.readString(COPY));
        assertThat(copy)
                .as(
                        "the description has changed: mvn -pl api-gateway -am test -Dtest=ClientDocumentTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dberth.openapi.write=true, and check openapi.json in")
                .isEqualTo(served);
    }
}
