package dev.berth.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SignatureTest {
    @Test
    @DisplayName("W1: the signature that the tests of Standard Webhooks have")
    void w1() {
        assertThat(Signature.header(
                        List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1614265330,
                        "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Property(tries = 200)
    void theReferenceLibraryTakesWhatWasSignedWithEitherSecretAndNothingElse(@ForAll String body) throws Exception {
        String present = Signature.secret();
        String previous = Signature.secret();
        long now = Instant.now().getEpochSecond();
        HttpHeaders headers = headers("evt_1", now, Signature.header(List.of(present, previous), "evt_1", now, body));
        for (String secret : List.of(present, previous)) {
            assertThatCode(() -> new Webhook(secret).verify(body, headers)).doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> new Webhook(Signature.secret()).verify(body, headers))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> new Webhook(present).verify(body + " ", headers))
                .isInstanceOf(WebhookVerificationException.class);
    }

    static HttpHeaders headers(String id, long timestamp, String signature) {
        return HttpHeaders.of(
                Map.of(
                        "webhook-id", List.of(id),
                        "webhook-timestamp", List.of(Long.toString(timestamp)),
                        "webhook-signature", List.of(signature)),
                (name, value) -> true);
    }

    @Test
    void aSecretHasFrom24To64RandomBytes() {
        String one = Signature.secret();
        assertThat(one).startsWith("whsec_").isNotEqualTo(Signature.secret());
        assertThat(Base64.getDecoder().decode(one.substring(6))).hasSizeBetween(24, 64);
    }
}
