package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignupRulesTest {
    @ParameterizedTest
    @CsvSource({
        "Ada@Example.COM, ada@example.com",
        "' ada@example.com ', ada@example.com",
        "ada+berth@example.com, ada+berth@example.com",
        "ada@bücher.example, ada@xn--bcher-kva.example",
        "ada@BÜCHER.example, ada@xn--bcher-kva.example",
        "ａda@example.com, ada@example.com",
        "root@localhost, root@localhost",
    })
    void findsOneFormForAnAddress(String written, String key) {
        assertThat(SignupRules.emailKey(written)).contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "@example.com",
                "ada@",
                "ada@-example.com",
                "ada@exa mple.com",
                "a da@example.com",
                ".ada@example.com",
                "ada.@example.com",
                "a..da@example.com",
                "ada@example..com",
                "ada\u0000@example.com",
                "ada\n@example.com",
                "ada\u200b@example.com",
                "<ada@example.com>",
            })
    void refusesWhatIsNoAddress(String written) {
        assertThat(SignupRules.emailKey(written)).isEmpty();
    }

    @Test
    void refusesAnAddressThatIsTooLong() {
        assertThat(SignupRules.emailKey("a".repeat(65) + "@example.com")).isEmpty();
        assertThat(SignupRules.emailKey("a@" + "b.".repeat(130) + "com")).isEmpty();
    }
}
