package dev.berth.launcher.part;

import dev.berth.launcher.data.LaunchException;
import dev.berth.schema.Service;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ports of one installation: seven in a row.
 *
 * @param gateway the first of them, where customers come in
 */
public record Ports(int gateway) {
    private static final int COUNT = 7;

    /** Refuses ports that do not exist. */
    public Ports {
        if (gateway < 1 || gateway + COUNT - 1 > 65_535) {
            throw new LaunchException(
                    "Port %d cannot be the first of seven.".formatted(gateway),
                    "Choose one from 1024 to 65529 with --port N.");
        }
    }

    /** Where a service listens. */
    public int of(Service service) {
        return gateway
                + switch (service) {
                    case GATEWAY -> 0;
                    case PROVISIONER -> 1;
                    case METERING -> 2;
                    case BILLING -> 3;
                };
    }

    /** PostgreSQL. */
    public int postgres() {
        return gateway + 4;
    }

    /** The broker. */
    public int kafka() {
        return gateway + 5;
    }

    /** The broker's controller. */
    public int kafkaController() {
        return gateway + 6;
    }

    /** The Stripe double, where there is one: the one behind the seven. */
    public int stripeDouble() {
        return gateway + COUNT;
    }

    /** All that there always are, with the part that has each. */
    public Map<Integer, String> all() {
        Map<Integer, String> all = new LinkedHashMap<>();
        for (Service service : Service.values()) {
            all.put(of(service), service.schema());
        }
        all.put(postgres(), "postgresql");
        all.put(kafka(), "kafka");
        all.put(kafkaController(), "kafka's controller");
        return all;
    }
}
