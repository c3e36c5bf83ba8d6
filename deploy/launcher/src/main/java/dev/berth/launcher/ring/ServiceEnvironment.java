package dev.berth.launcher.ring;

import dev.berth.launcher.machine.Machine;
import dev.berth.launcher.machine.Packages;
import dev.berth.launcher.part.Ports;
import dev.berth.launcher.part.StripeDoublePart;
import dev.berth.schema.Service;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The settings that each service is started with, as decision 3 of the schema names them. */
final class ServiceEnvironment {
    private ServiceEnvironment() {}

    /**
     * Those of one service.
     *
     * @param volumes the folder of volumes, where one was made ready
     */
    static Map<String, String> of(
            Service service, RingSettings settings, String databaseUrl, String kafka, Optional<Path> volumes) {
        Ports ports = settings.ports();
        Map<String, String> environment = new HashMap<>();
        settings.environment().forEach((variable, value) -> {
            // Who could take money knows it alone.
            boolean stripe = variable.startsWith(RingSettings.STRIPE);
            if (variable.startsWith("BERTH_") && (service == Service.BILLING || !stripe)) {
                environment.put(variable, value);
            }
        });
        environment.put("BERTH_BIND", service == Service.GATEWAY ? settings.bind() : "127.0.0.1");
        environment.put("BERTH_PORT", Integer.toString(ports.of(service)));
        environment.put("BERTH_DATABASE_URL", databaseUrl);
        if (settings.externalDatabase().isEmpty()) {
            environment.put("BERTH_DATABASE_PASSWORD", settings.data().secret(service.schema()));
        }
        environment.put("BERTH_KAFKA", kafka);
        environment.putIfAbsent("BERTH_IDENTITY_SECRET", settings.data().secret("identity"));
        environment.putIfAbsent("BERTH_SECRET_KEY", settings.data().secret("secret-key"));
        environment.putIfAbsent("BERTH_INSTALLATION", settings.data().installation());
        // Long enough for a person, or the demo, to ask the engine itself.
        environment.putIfAbsent("BERTH_ENGINE_RETENTION", "10s");
        environment.put("BERTH_DOCKER_HOST", settings.dockerHost());
        if (service == Service.PROVISIONER) {
            volumes.ifPresent(folder -> environment.putIfAbsent("BERTH_VOLUME_DIR", folder.toString()));
            // Then this is root, on the engine's own machine.
            if (volumes.isPresent() || (Packages.root() && environment.containsKey("BERTH_VOLUME_DIR"))) {
                environment.putIfAbsent(
                        "BERTH_FILE_DIR",
                        Machine.memoryFolder()
                                .resolve(settings.data().installation())
                                .toString());
            }
        }
        if (service == Service.GATEWAY) {
            environment.putIfAbsent("BERTH_OPERATOR_KEY", settings.data().operatorKey());
            environment.putIfAbsent("BERTH_SECURE_COOKIES", Boolean.toString(!loopback(settings.bind())));
            if (loopback(settings.bind())) {
                // Whoever reaches the gateway is on this machine already, and tries webhooks with a server here.
                environment.putIfAbsent("BERTH_WEBHOOK_RANGES", "127.0.0.0/8,::1/128");
            }
        } else {
            environment.remove("BERTH_OPERATOR_KEY");
            environment.remove("BERTH_MAIL_PASSWORD");
            environment.remove("BERTH_OIDC_CLIENT_SECRET");
        }
        if (service == Service.BILLING && settings.stripeDouble()) {
            environment.putAll(StripeDoublePart.forBilling(settings.data(), ports.stripeDouble()));
        }
        if (service == Service.METERING || service == Service.BILLING) {
            environment.remove("BERTH_SECRET_KEY");
        }
        if (service == Service.BILLING) {
            environment.putIfAbsent("BERTH_SIGNING_SECRET", settings.data().secret("signing"));
            environment.putIfAbsent("BERTH_PUBLIC_URL", "http://127.0.0.1:%d".formatted(ports.of(Service.GATEWAY)));
        } else {
            environment.remove("BERTH_SIGNING_SECRET");
        }
        for (Service other : Service.values()) {
            if (other != Service.GATEWAY) {
                environment.put(
                        "BERTH_%s_URL".formatted(other.name()), "http://127.0.0.1:%d".formatted(ports.of(other)));
            }
        }
        return environment;
    }

    private static boolean loopback(String bind) {
        return bind.startsWith("127.") || bind.equals("localhost") || bind.equals("::1");
    }
}
