package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.GatewayTest;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.annotations.media.Schema;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** No two classes of the API's description take each other's place. */
class OneClassOneNameTest extends GatewayTest {
    @Autowired
    private OneClassOneName names;

    static final class Here {
        record Port(int number) {}

        record Holder(Port port) {}
    }

    static final class There {
        record Port(String name) {}
    }

    static final class Elsewhere {
        @Schema(name = "OtherPort")
        record Port(boolean open) {}
    }

    @Test
    void theDescriptionHasNone() {
        assertThat(api().get("/v1/openapi.json")
                        .expect(200)
                        .json()
                        .path("components")
                        .path("schemas")
                        .size())
                .isGreaterThan(50);
        assertThat(names.collisions()).isEmpty();
    }

    @Test
    void twoOfOneNameAreFoundAlsoInsideOfOthers() {
        OneClassOneName found = new OneClassOneName();
        ModelConverters converters = new ModelConverters(true);
        converters.addConverter(found);
        assertThat(converters.readAll(new AnnotatedType(Here.Holder.class))).containsKeys("Port", "Holder");
        converters.readAll(new AnnotatedType(Here.Port.class));
        converters.readAll(new AnnotatedType(Elsewhere.Port.class));
        assertThat(found.collisions()).isEmpty();
        converters.readAll(new AnnotatedType(There.Port.class));
        assertThat(found.collisions())
                .singleElement()
                .asString()
                .contains("Here$Port", "There$Port", "both described as 'Port'");
    }
}
