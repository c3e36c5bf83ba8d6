package dev.berth.client;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** {@code berth completion}. */
@Command(
        name = "completion",
        description = {
            "Writes a script that completes commands, options and the paths of the API.",
            "bash: source <(berth completion bash)   zsh: the same   fish: berth completion fish | source"
        },
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    @Mixin
    private @Nullable Given given;

    @Parameters(paramLabel = "bash|zsh|fish")
    private String shell = "bash";

    @Override
    public Integer call() {
        Given to = Objects.requireNonNull(given);
        CommandLine all = Commands.line(to.world(), Commands.names());
        String script = switch (shell) {
            // It begins by telling bash's and zsh's words for the same thing apart.
            case "bash", "zsh" -> AutoComplete.bash("berth", all);
            case "fish" -> fish(all);
            default ->
                throw new Complaint(Exit.USAGE, "'%s' is not known.".formatted(shell), "Known are bash, zsh, fish.");
        };
        to.world().out().print(script);
        return Exit.OK;
    }

    private static String fish(CommandLine all) {
        StringBuilder script = new StringBuilder("# fish completion of berth\ncomplete -c berth -f\n");
        for (Map.Entry<String, CommandLine> one : all.getSubcommands().entrySet()) {
            String name = one.getKey();
            script.append("complete -c berth -n __fish_use_subcommand -a %s -d %s\n"
                    .formatted(name, quoted(first(one.getValue()))));
            for (OptionSpec option : one.getValue().getCommandSpec().options()) {
                script.append("complete -c berth -n '__fish_seen_subcommand_from %s'%s%s -d %s\n"
                        .formatted(name, words(option), option.arity().max() > 0 ? " -r" : "", quoted(first(option))));
            }
            for (String sub : one.getValue().getSubcommands().keySet()) {
                script.append("complete -c berth -n '__fish_seen_subcommand_from %s' -a %s\n".formatted(name, sub));
            }
        }
        new Commands.Methods()
                .forEach(method -> script.append(
                        "complete -c berth -n '__fish_seen_subcommand_from api' -a %s\n".formatted(method)));
        new Commands.Paths()
                .forEach(path -> script.append(
                        "complete -c berth -n '__fish_seen_subcommand_from api' -a %s\n".formatted(quoted(path))));
        return script.toString();
    }

    private static String words(OptionSpec option) {
        StringBuilder words = new StringBuilder();
        for (String name : option.names()) {
            words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        return words.toString();
    }

    private static String first(CommandLine command) {
        String[] description = command.getCommandSpec().usageMessage().description();
        return description.length == 0 ? "" : description[0];
    }

    private static String first(OptionSpec option) {
        return option.description().length == 0 ? "" : option.description()[0];
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
