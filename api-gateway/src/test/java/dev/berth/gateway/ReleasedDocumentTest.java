package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What clients were made for goes on to work: the description of the API breaks nothing of the one that was released last, which is
 * {@code released/openapi.json} and is replaced with each release, never to make this test green.
 */
class ReleasedDocumentTest {
    private static final Path RELEASED = Path.of("src/test/resources/released/openapi.json");
    private static final Path CURRENT =
            Path.of("../deploy/client/openapi.json"); // what is served, by ClientDocumentTest

    private static final String SMALL = """
            {"paths": {"/v1/things": {
              "get": {"parameters": [{"name": "state", "in": "query", "schema": {"type": "string", "enum": ["on", "off"]}}],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}},
              "post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ask"}}}},
                "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}}}},
             "components": {"schemas": {
               "Thing": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"},
                 "size": {"type": ["integer", "null"]}, "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}}},
               "Part": {"type": "object", "properties": {"name": {"type": "string"}, "whole": {"$ref": "#/components/schemas/Thing"}}},
               "Ask": {"type": "object", "properties": {"kind": {"type": "string", "enum": ["a", "b"]}, "name": {"type": "string"}}}}}}""";

    @Test
    void nothingOfWhatWasReleasedIsBroken() throws IOException {
        JsonNode released = Json.mapper().readTree(Files.readString(RELEASED));
        JsonNode current = Json.mapper().readTree(Files.readString(CURRENT));
        assertThat(released.path("paths").size()).isGreaterThan(50);
        assertThat(Compatibility.breaks(released, current))
                .as("announce it with @DeprecatedApi first: /docs/deprecations")
                .isEmpty();
    }

    /** Each change is found, and named; where is a JSON pointer to what is taken away or replaced. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /paths/~1v1~1things                                   | -                        | the route is gone
            /paths/~1v1~1things/post                              | -                        | POST /v1/things: the route is gone
            /paths/~1v1~1things/post/responses/201                | -                        | 201: the answer is gone
            /paths/~1v1~1things/get/responses/200/content         | {}                       | the form application/json is gone
            /paths/~1v1~1things/get/parameters                    | []                       | parameter state is gone
            /paths/~1v1~1things/get/parameters/0/required         | true                     | parameter state became required
            /paths/~1v1~1things/get/parameters/0/schema/enum      | ["on"]                   | the values [off] are gone
            /paths/~1v1~1things/post/requestBody/required         | true                     | a body became required
            /components/schemas/Thing/properties/size             | -                        | .size is gone
            /components/schemas/Part/properties/name              | -                        | .parts [] .name is gone
            /components/schemas/Thing/properties/id/type          | "integer"                | the type was [string] and is [integer]
            /components/schemas/Thing/properties/id/type          | ["string", "null"]       | the type was [string] and is [null, string]
            /components/schemas/Thing/required                    | []                       | .id is not always there any more
            /components/schemas/Ask/properties/name               | -                        | .name is gone
            /components/schemas/Ask/properties/kind/enum          | ["a"]                    | the values [b] are gone
            /components/schemas/Ask/required                      | ["name"]                 | .name became required
            /components/schemas/Ask/properties/name/enum          | ["x"]                    | any value was allowed""")
    void findsWhatBreaks(String where, String replacement, String said) {
        JsonNode before = Json.mapper().readTree(SMALL);
        assertThat(Compatibility.breaks(before, changed(where, replacement)))
                .isNotEmpty()
                .anySatisfy(one -> assertThat(one).contains(said));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /paths/~1v1~1others                                   | {"get": {}}
            /paths/~1v1~1things/get/responses/202                 | {}
            /paths/~1v1~1things/get/parameters/0/schema/enum      | ["on", "off", "half"]
            /paths/~1v1~1things/get/operationId                   | "other"
            /components/schemas/Thing/properties/colour           | {"type": "string"}
            /components/schemas/Thing/properties/size/type        | "integer"
            /components/schemas/Thing/required                    | ["id", "size"]
            /components/schemas/Ask/properties/note               | {"type": "string"}
            /components/schemas/Ask/properties/name/type          | ["string", "null"]""")
    void letsTheApiGrow(String where, String replacement) {
        assertThat(Compatibility.breaks(Json.mapper().readTree(SMALL), changed(where, replacement)))
                .isEmpty();
    }

    private static JsonNode changed(String where, String replacement) {
        JsonNode document = Json.mapper().readTree(SMALL);
        int last = where.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) document.at(where.substring(0, last));
        String name = where.substring(last + 1).replace("~1", "/");
        if (replacement.equals("-")) {
            parent.remove(List.of(name));
        } else {
            parent.set(name, Json.mapper().readTree(replacement));
        }
        return document;
    }
}
