package dev.berth.client;

import dev.berth.client.call.Gateway;
import dev.berth.client.profile.Profile;
import dev.berth.client.profile.Profiles;
import dev.berth.client.screen.Screen;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command can be given, and what follows from it. For one command. */
final class Given {
    private final World world;
    private @Nullable Gateway gateway;

    @Option(names = "--json", description = "Write the API's JSON: one document, or one a line for what goes on.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Write ids only.")
    private boolean quiet;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Call as this profile (default: the last that was signed in).")
    private @Nullable String profile;

    Given(World world) {
        this.world = world;
    }

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    World world() {
        return world;
    }

    Map<String, String> environment() {
        return world.environment();
    }

    @Nullable
    String profile() {
        return profile;
    }

    Profiles profiles() {
        return new Profiles(environment());
    }

    Screen screen() {
        return new Screen(world.out(), world.terminalOut(), environment());
    }

    /** Says what goes on, to who waits. */
    void say(String what) {
        world.err().println(what);
        world.err().flush();
    }

    /** The gateway as who is signed in. */
    Gateway gateway() {
        Gateway made = gateway;
        if (made == null) {
            Profile who = signedIn();
            made = new Gateway(who.url(), who.key());
            gateway = made;
        }
        return made;
    }

    /** Who is signed in. */
    Profile signedIn() {
        Optional<Profile> who = profiles().chosen(profile);
        if (who.isEmpty() && profile != null) {
            throw new Complaint(
                    Exit.FORBIDDEN,
                    "There is no profile '%s'.".formatted(profile),
                    "'berth login --profile %s' makes it.".formatted(profile));
        }
        return who.orElseThrow(() -> new Complaint(
                Exit.FORBIDDEN,
                "Nobody is signed in.",
                "Sign in with 'berth login', or set BERTH_URL and BERTH_API_KEY. 'berth signup' opens an account."));
    }
}
