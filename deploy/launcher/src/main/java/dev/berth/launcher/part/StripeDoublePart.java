package dev.berth.launcher.part;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.child.StopSignal;
import dev.berth.launcher.data.DataDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The double of Stripe, for play by hand. Its keys are made once and its state is kept, as those of the other parts. */
public final class StripeDoublePart implements Part {
    /** Its name. */
    public static final String NAME = "stripe-double";

    private final DataDirectory data;
    private final int port;
    private final JavaProgram program;
    private final String webhookUrl;

    /**
     * A double on that port.
     *
     * @param webhookUrl where it sends its events
     */
    public StripeDoublePart(DataDirectory data, int port, JavaProgram program, String webhookUrl) {
        this.data = data;
        this.port = port;
        this.program = program;
        this.webhookUrl = webhookUrl;
    }

    /** How billing reaches it: the settings that real keys would stand in. */
    public static Map<String, String> forBilling(DataDirectory data, int port) {
        return Map.of(
                "BERTH_STRIPE_SECRET_KEY", secretKey(data),
                "BERTH_STRIPE_PUBLISHABLE_KEY", publishableKey(data),
                "BERTH_STRIPE_WEBHOOK_SECRET", webhookSecret(data),
                "BERTH_STRIPE_API_BASE", base(port),
                "BERTH_STRIPE_HOSTED_BASE", base(port));
    }

    /** Where its API and its pages are. */
    public static String base(int port) {
        return "http://127.0.0.1:%d".formatted(port);
    }

    /** The secret API key that it accepts. */
    public static String secretKey(DataDirectory data) {
        return "sk_test_" + data.secret("stripe-double-key");
    }

    private static String publishableKey(DataDirectory data) {
        return "pk_test_" + data.secret("stripe-double-publishable-key");
    }

    private static String webhookSecret(DataDirectory data) {
        return "whsec_" + data.secret("stripe-double-webhook");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Child start() {
        Path file = data.root().resolve(NAME).resolve("state.journal");
        return Child.start(
                name(),
                program.command(Map.of()),
                Map.of(
                        "STRIPE_DOUBLE_PORT", Integer.toString(port),
                        "STRIPE_DOUBLE_SECRET_KEY", secretKey(data),
                        "STRIPE_DOUBLE_PUBLISHABLE_KEY", publishableKey(data),
                        "STRIPE_DOUBLE_WEBHOOK_URL", webhookUrl,
                        "STRIPE_DOUBLE_WEBHOOK_SECRET", webhookSecret(data),
                        "STRIPE_DOUBLE_FILE", file.toString()),
                log());
    }

    @Override
    public boolean ready() {
        return HttpProbe.get("127.0.0.1", port, "/readyz")
                .filter(answer -> answer.status() == 200)
                .isPresent();
    }

    @Override
    public Duration readyWithin() {
        return Duration.ofMinutes(1);
    }

    @Override
    public StopSignal stopSignal() {
        return StopSignal.TERM;
    }

    @Override
    public Duration stopWithin() {
        return program.stopWithin();
    }

    @Override
    public LogFile log() {
        return new LogFile(data.logs().resolve(NAME + ".log"));
    }
}
