package dev.berth.billing.notice;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a body was signed with one of the secrets, lately. Pure. The library checks the signature; it takes timestamps that lie in
 * the future, so the time is checked here, both ways.
 *
 * @see <a href="https://docs.stripe.com/webhooks/signature">Stripe: verifying signatures</a>
 */
final class Signatures {
    /** How far the time of a signature may be from ours. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final int LONGEST = 4096;
    private static final Pattern TIME = Pattern.compile("(?:^|,)t=([0-9]{1,12})(?:,|$)");

    private Signatures() {}

    /** What is wrong with it; empty when nothing is. */
    static Optional<String> problem(String body, String header, List<String> secrets, Instant now) {
        Matcher time = TIME.matcher(header);
        if (header.length() > LONGEST || !time.find()) {
            return Optional.of("The header has no time.");
        }
        Instant signedAt = Instant.ofEpochSecond(Long.parseLong(time.group(1)));
        if (Duration.between(signedAt, now).abs().compareTo(TOLERANCE) > 0) {
            return Optional.of("It was signed more than %d s from now.".formatted(TOLERANCE.toSeconds()));
        }
        for (String secret : secrets) {
            try {
                Webhook.Signature.verifyHeader(body, header, secret, 0);
                return Optional.empty();
            } catch (SignatureVerificationException | RuntimeException e) {
                // perhaps the other secret
            }
        }
        return Optional.of("No secret that is known signed it.");
    }
}
