package dev.berth.launcher.ring;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.machine.Finding;
import dev.berth.launcher.machine.Machine;
import dev.berth.launcher.machine.MachineRules;
import java.util.LinkedHashMap;
import java.util.Map;

/** What must hold before anything is started: free ports, disk and memory. */
final class StartChecks {
    private StartChecks() {}

    static void check(RingSettings settings) {
        refuse(MachineRules.disk(
                Machine.freeDiskMib(settings.data().root()),
                settings.neededDiskMib(),
                settings.data().root().toString()));
        refuse(MachineRules.memory(Machine.availableMemoryMib(), settings.neededMemoryMib()));
        ports(settings);
    }

    private static void refuse(Finding finding) {
        if (finding.level() == Finding.Level.ERROR) {
            throw new LaunchException(
                    "Not enough %s: %s. %s".formatted(finding.subject(), finding.seen(), finding.meaning()),
                    finding.advice());
        }
    }

    private static void ports(RingSettings settings) {
        Map<Integer, String> taken = new LinkedHashMap<>();
        settings.ports().all().forEach((port, part) -> {
            boolean ours = (part.equals("postgresql")
                            && settings.externalDatabase().isPresent())
                    || (part.startsWith("kafka") && settings.externalKafka().isPresent());
            String address = part.equals("gateway") ? settings.bind() : "127.0.0.1";
            if (!ours && !Machine.free(address, port)) {
                taken.put(
                        port,
                        "%d (for %s) is taken by %s"
                                .formatted(port, part, Machine.listener(port).orElse("another program")));
            }
        });
        int stripe = settings.ports().stripeDouble();
        if (settings.stripeDouble() && (stripe > 65_535 || !Machine.free("127.0.0.1", stripe))) {
            throw new LaunchException(
                    "Port %d, for the Stripe double, is not free.".formatted(stripe),
                    "End the program that has it, or choose eight other ports in a row with --port N.");
        }
        if (!taken.isEmpty()) {
            throw new LaunchException(
                    "A port is not free: %s.".formatted(String.join("; ", taken.values())),
                    "End that program, or choose seven other ports in a row with --port N (now %d to %d)."
                            .formatted(
                                    settings.ports().gateway(), settings.ports().kafkaController()));
        }
    }
}
