package dev.berth.billing.notice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToldTest {
    private static final String EVENT = """
            {"id": "evt_1", "object": "event", "api_version": "%s", "created": 1773136800, "type": "payment_intent.succeeded",
             "data": {"object": {"id": "pi_1", "object": "payment_intent"}}}""";

    @Test
    void anEventSaysWhatItIsAbout() {
        Told told = Told.read(EVENT.formatted("2026-07-29.dahlia")).orElseThrow();
        assertThat(told.id()).isEqualTo("evt_1");
        assertThat(told.objectType()).isEqualTo("payment_intent");
        assertThat(told.objectId()).isEqualTo("pi_1");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-07-29.dahlia, true",
        "2027-01-01.dahlia, true",
        "2026-09-30.elder, false",
        "2024-06-20, false",
        "'', false"
    })
    void anotherNameIsAnotherVersion(String version, boolean known) {
        assertThat(Told.read(EVENT.formatted(version)).orElseThrow().ofKnownVersion())
                .isEqualTo(known);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"id\": \"evt_1\"}",
                "{\"object\": \"event\", \"id\": \"evt_1\"}",
                "<xml/>"
            })
    void whatIsNoEventIsNotRead(String body) {
        assertThat(Told.read(body)).isEmpty();
    }
}
