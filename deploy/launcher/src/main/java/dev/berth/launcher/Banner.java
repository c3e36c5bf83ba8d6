package dev.berth.launcher;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.part.StripeDoublePart;
import dev.berth.launcher.ring.RingSettings;
import java.io.PrintStream;

/** What is said when Berth is ready: where it is, how to sign in, how to stop it. */
final class Banner {
    private Banner() {}

    static void print(PrintStream out, String url, RingSettings settings, double seconds) {
        DataDirectory data = settings.data();
        out.print("""

                Berth is ready after %.1f s.

                  Portal        %s/                 (Sign up there: any e-mail address will do, nothing is sent.)
                  API           %s/v1/openapi.json
                  Operator key  in %s  (Authorization: Bearer berth_op_…)
                  Logs          %s/%s

                  ./berth demo    plays the whole story, from signup to a paid invoice
                  ./berth status  shows the parts     ./berth down  stops Berth; tenants' containers go on

                """.formatted(seconds, url, url, data.operatorKeyFile(), data.logs(), stripe(settings)));
        out.flush();
    }

    private static String stripe(RingSettings settings) {
        return settings.stripeDouble()
                ? "%n  Stripe        a double, with test cards, at %s"
                        .formatted(StripeDoublePart.base(settings.ports().stripeDouble()))
                : "";
    }
}
