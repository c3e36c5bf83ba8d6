package dev.berth.launcher;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.machine.DockerHost;
import dev.berth.launcher.machine.Finding;
import dev.berth.launcher.machine.Mending;
import dev.berth.launcher.machine.Survey;
import dev.berth.launcher.part.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = "Checks the machine and explains each finding. Exit 1 when something must be mended.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Option(
            names = "--fix",
            description =
                    "Mend what can safely be mended: install what is missing, start the engine, write its settings (the old file is kept).")
    private boolean fix;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "The ports to look at (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() {
        String host = Optional.ofNullable(System.getenv("BERTH_DOCKER_HOST")).orElse(DockerHost.LOCAL);
        if (fix) {
            Mending.mend(host, System.out::println, where.directory().root());
        }
        Survey survey = new Survey(host, where.directory().root());
        List<Finding> findings = new ArrayList<>(survey.machine());
        findings.addAll(ports());
        findings.addAll(survey.docker());
        findings.forEach(DoctorCommand::print);
        long errors = count(findings, Finding.Level.ERROR);
        long warnings = count(findings, Finding.Level.WARNING);
        System.out.printf("%n%d errors, %d warnings.%n", errors, warnings);
        return errors == 0 ? 0 : 1;
    }

    private List<Finding> ports() {
        boolean running = where.state().filter(RunState::supervised).isPresent();
        try {
            return running
                    ? List.of(Finding.ok("ports", "Berth runs and has its own"))
                    : Survey.ports(new Ports(port).all());
        } catch (LaunchException e) {
            return List.of(Finding.error("ports", String.valueOf(e.getMessage()), "", e.advice()));
        }
    }

    private static long count(List<Finding> findings, Finding.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private static void print(Finding finding) {
        System.out.printf(
                "%-8s %-16s %s%n",
                finding.level() == Finding.Level.OK ? "ok" : finding.level(), finding.subject(), finding.seen());
        if (!finding.meaning().isEmpty()) {
            System.out.printf("%-25s %s%n", "", finding.meaning());
        }
        if (!finding.advice().isEmpty()) {
            System.out.printf("%-25s → %s%n", "", finding.advice());
        }
    }
}
