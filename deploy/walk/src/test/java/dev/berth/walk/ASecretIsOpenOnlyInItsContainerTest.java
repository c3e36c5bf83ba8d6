package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A secret is there as a file in memory, changes over with its workload, and is in no answer, wish or setting of a container. */
@Tag("walk")
class ASecretIsOpenOnlyInItsContainerTest {
    private static final String FIRST = "walk-secret-first-7141";
    private static final String SECOND = "walk-secret-second-7142";

    private final Ring ring = Ring.shared();
    private final Customer customer = Customer.signUp(ring);

    private static String sha256(String value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(value.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitSum(String workload, String value) {
        String sum = sha256(value);
        Until.value(
                "the program has read the secret",
                Duration.ofSeconds(60),
                () -> customer.latestLog(workload),
                text -> text.contains(sum));
    }

    @Test
    void itIsReadByItsProgramAndSeenNowhereElse() {
        Api api = customer.api();
        String secret = api.post("/v1/secrets", Map.of("name", "db", "value", FIRST))
                .expect(201)
                .at("/id")
                .asString();
        String web = api.post(
                        "/v1/workloads",
                        Map.of(
                                "name", "web",
                                "kind", "service",
                                "image", "berth/sample:1",
                                "size", "xs",
                                "command",
                                        List.of(
                                                "/bin/sh",
                                                "-c",
                                                "sha256sum < /run/secrets/db; touch /run/secrets/x && echo written; exec sleep 3600"),
                                "secrets", List.of(Map.of("name", "db"))))
                .expect(202)
                .at("/id")
                .asString();
        customer.awaitRunning(web, 1);
        awaitSum(web, FIRST);

        api.patch("/v1/secrets/" + secret, Map.of("value", SECOND)).expect(200);
        awaitSum(web, SECOND);

        String ids =
                Witness.docker("ps", "-aq", "--no-trunc", "--filter", "label=dev.berth.account=" + customer.account());
        assertThat(ids.lines().count()).isGreaterThan(1);
        for (String id : ids.lines().toList()) {
            assertThat(Witness.docker("inspect", id)).doesNotContain("walk-secret");
        }
        for (String path : List.of("/v1/workloads/" + web, "/v1/secrets", "/v1/events")) {
            assertThat(api.get(path).expect(200).toString()).contains("web").doesNotContain("walk-secret");
        }
        assertThat(api.text("/v1/workloads/%s/logs".formatted(web)))
                .as("the folder is not the program's to write to")
                .doesNotContain("written");
        api.delete("/v1/workloads/" + web).expect(202);
    }
}
