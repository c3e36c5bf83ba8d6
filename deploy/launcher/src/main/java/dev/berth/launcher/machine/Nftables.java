package dev.berth.launcher.machine;

import dev.berth.launcher.data.LaunchException;
import java.util.List;
import java.util.function.Consumer;

/** What the provisioner counts egress with: {@code nft}, as root, on the engine's own machine. Without it Berth runs and bills no egress. */
public final class Nftables {
    private Nftables() {}

    /** Installs it where that is wanted and allowed; says what it means where it is not. */
    public static void ready(String dockerHost, Consumer<String> say) {
        if (!dockerHost.startsWith("unix:") || Command.find("nft").isPresent()) {
            return;
        }
        try {
            new Packages(say).ensure(List.of("nftables"));
        } catch (LaunchException e) {
            say.accept("what containers send out is not counted and not billed: " + e.advice());
        }
    }

    /** Looks at the machine. */
    static Finding look(String dockerHost) {
        return judge(
                dockerHost.startsWith("unix:"),
                Packages.root(),
                Command.find("nft").isPresent());
    }

    /**
     * Judges it. Pure.
     *
     * @param local whether the engine is on this machine
     * @param installed whether there is an {@code nft}
     */
    static Finding judge(boolean local, boolean root, boolean installed) {
        String meaning = "What containers send out of the address pool is not counted, and so not billed.";
        if (!local) {
            return Finding.note("egress", "the engine is on another machine", meaning, "");
        }
        if (!installed) {
            return Finding.warning(
                    "egress",
                    "there is no nft on the path",
                    meaning,
                    "Install the package nftables: apt-get install nftables, or ./berth doctor --fix, as root.");
        }
        return root
                ? Finding.ok("egress", "nft counts what leaves the address pool")
                : Finding.note("egress", "not root", meaning, "Run Berth as root to have it counted.");
    }
}
