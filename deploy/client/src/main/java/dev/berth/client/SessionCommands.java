package dev.berth.client;

import dev.berth.client.api.Account;
import dev.berth.client.api.NewKey;
import dev.berth.client.api.Routes;
import dev.berth.client.api.SignIn;
import dev.berth.client.api.Signup;
import dev.berth.client.call.Answer;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import dev.berth.client.call.Refused;
import dev.berth.client.profile.Profile;
import dev.berth.client.profile.Profiles;
import dev.berth.client.screen.Words;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Who calls: sign up, sign in and out. */
final class SessionCommands {
    private SessionCommands() {}

    private static final String USUAL = "http://127.0.0.1:8080";

    @Command(description = "Opens an account and signs in with its first key.", mixinStandardHelpOptions = true)
    static int signup(
            @Mixin Given given,
            @Parameters(arity = "0..1", paramLabel = "URL", description = "Where Berth is.") @Nullable String url,
            @Option(names = "--email", paramLabel = "ADDRESS") @Nullable String email,
            @Option(names = "--password-stdin", description = "Read the password from standard input.") boolean piped,
            @Option(names = "--name", description = "Of the account.") @Nullable String name,
            @Option(names = "--currency", description = "Such as EUR.") @Nullable String currency,
            @Option(names = "--time-zone", paramLabel = "ZONE") @Nullable String zone,
            @Option(names = "--plan", description = "'berth api /v1/plans' lists them.") @Nullable String plan) {
        Questions questions = new Questions(given.world());
        String where = address(given, url, questions);
        String who = email == null ? questions.ask("E-mail address", "") : email;
        Signup wish = new Signup()
                .email(who)
                .password(questions.secret("Password", piped))
                .name(name == null ? who.replaceFirst("@.*", "") : name)
                .currency(currency)
                .timeZone(zone)
                .plan(plan);
        JsonNode made = new Gateway(where, "")
                .send(Call.of(Routes.POST_SIGNUP).call().sending(wish))
                .json();
        keep(
                given,
                new Profile(
                        profileName(given),
                        where,
                        made.path("api_key").path("secret").asString(""),
                        made.path("api_key").path("id").asString(""),
                        who));
        return greet(given, made.path("account"));
    }

    @Command(
            description = {
                "Signs in, with e-mail address and password or with a key.",
                "A key named after this machine is made and kept in the profile; the password is not kept."
            },
            mixinStandardHelpOptions = true)
    static int login(
            @Mixin Given given,
            @Parameters(arity = "0..1", paramLabel = "URL", description = "Where Berth is.") @Nullable String url,
            @Option(names = "--email", paramLabel = "ADDRESS") @Nullable String email,
            @Option(names = "--password-stdin", description = "Read the password from standard input.") boolean piped,
            @Option(names = "--key", paramLabel = "KEY", description = "An API key; - reads it from standard input.")
                    @Nullable
                    String key) {
        Questions questions = new Questions(given.world());
        String where = address(given, url, questions);
        Profile profile;
        if (key == null) {
            String who = email == null ? questions.ask("E-mail address", "") : email;
            JsonNode made = signIn(new Gateway(where, ""), who, questions.secret("Password", piped));
            profile = new Profile(
                    profileName(given),
                    where,
                    made.path("secret").asString(""),
                    made.path("id").asString(""),
                    who);
        } else {
            String secret = key.equals("-") ? questions.secret("Key", true) : key;
            profile = new Profile(profileName(given), where, secret, "", "");
        }
        JsonNode account = new Gateway(where, profile.key())
                .send(Call.of(Routes.GET_ACCOUNT).call())
                .json();
        keep(given, profile);
        return greet(given, account);
    }

    /** A key by way of a session, which ends at once. */
    private static JsonNode signIn(Gateway nobody, String email, String password) {
        Answer session = nobody.send(Call.of(Routes.POST_SESSION)
                .call()
                .sending(new SignIn().email(email).password(password)));
        String cookie = session.headers().firstValue("Set-Cookie").orElse("").replaceFirst(";.*", "");
        String token = session.json().path("csrf_token").asString("");
        JsonNode made = nobody.send(Call.of(Routes.POST_API_KEYS)
                        .call()
                        .sending(new NewKey().name("berth on " + host()))
                        .header("Cookie", cookie)
                        .header("X-CSRF-Token", token))
                .json();
        nobody.send(
                Call.of(Routes.DELETE_SESSION).call().header("Cookie", cookie).header("X-CSRF-Token", token));
        return made;
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "");
            return name.isEmpty() ? "a machine" : name.substring(0, Math.min(40, name.length()));
        } catch (UnknownHostException e) {
            return "a machine";
        }
    }

    private static String profileName(Given given) {
        String asked = given.profile();
        return asked == null ? given.environment().getOrDefault("BERTH_PROFILE", Profiles.FIRST) : asked;
    }

    private static String address(Given given, @Nullable String url, Questions questions) {
        String known = given.environment().getOrDefault("BERTH_URL", "");
        if (url != null || !known.isEmpty()) {
            return (url == null ? known : url).replaceFirst("/+$", "");
        }
        String before =
                given.profiles().named(profileName(given)).map(Profile::url).orElse(USUAL);
        return questions.ask("Address of Berth", before).replaceFirst("/+$", "");
    }

    private static void keep(Given given, Profile profile) {
        given.profiles().keep(profile);
    }

    private static int greet(Given given, JsonNode account) {
        if (given.json()) {
            given.screen().json(account);
        } else if (given.quiet()) {
            given.screen().line(new Account(account).id());
        } else {
            given.screen()
                    .line("Signed in to %s as profile '%s'; the key is in %s."
                            .formatted(
                                    Words.clean(new Account(account).name()),
                                    profileName(given),
                                    given.profiles().file()));
        }
        return Exit.OK;
    }

    @Command(
            description = "Deletes the key that 'login' made, and forgets the profile.",
            mixinStandardHelpOptions = true)
    static int logout(@Mixin Given given) {
        String asked = given.profile();
        String name = asked == null ? given.profiles().current() : asked;
        Optional<Profile> found = given.profiles().named(name);
        if (found.isEmpty()) {
            throw new Complaint(
                    Exit.FORBIDDEN, "There is no profile '%s'.".formatted(name), "Nothing has to be signed out.");
        }
        Profile profile = found.get();
        if (!profile.keyId().isEmpty()) {
            try {
                new Gateway(profile.url(), profile.key())
                        .send(Call.of(Routes.DELETE_API_KEYS_ID, profile.keyId())
                                .call());
            } catch (Refused refused) {
                if (refused.status() != 401 && refused.status() != 404) {
                    throw refused;
                }
            }
        }
        given.profiles().forget(name);
        given.say(
                profile.keyId().isEmpty()
                        ? "Forgot profile '%s'; its key was given and still is good.".formatted(name)
                        : "Signed out of profile '%s'; its key is deleted.".formatted(name));
        return Exit.OK;
    }

    @Command(description = "Shows the account, and where it is.", mixinStandardHelpOptions = true)
    static int whoami(@Mixin Given given) {
        Profile profile = given.signedIn();
        JsonNode json = given.gateway().send(Call.of(Routes.GET_ACCOUNT).call()).json();
        Account account = new Account(json);
        if (given.json()) {
            given.screen().json(json);
        } else if (given.quiet()) {
            given.screen().line(account.id());
        } else {
            given.screen().line("Account   %s (%s)".formatted(Words.clean(account.name()), account.id()));
            given.screen().line("Plan      %s, %s".formatted(account.plan(), account.currency()));
            given.screen()
                    .line("Standing  %s%s".formatted(account.standing(), account.capReached() ? ", cap reached" : ""));
            given.screen().line("Berth     %s".formatted(profile.url()));
            given.screen()
                    .line("Profile   %s%s"
                            .formatted(profile.name(), profile.email().isEmpty() ? "" : ", " + profile.email()));
        }
        return Exit.OK;
    }

    @Command(
            description = "Prints the portal's address, or that of a workload's page.",
            mixinStandardHelpOptions = true)
    static int open(
            @Mixin Given given, @Parameters(arity = "0..1", paramLabel = "WORKLOAD") @Nullable String workload) {
        String url = given.signedIn().url();
        given.screen()
                .line(
                        workload == null
                                ? url + "/"
                                : url + "/workloads/"
                                        + Lookup.workload(given.gateway(), workload)
                                                .id());
        return Exit.OK;
    }
}
