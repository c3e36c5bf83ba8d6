package dev.berth.gateway;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Starts the service. */
@EnableScheduling
@SpringBootApplication
public class GatewayApplication {
    /** Starts the service with the settings of the environment. */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        boolean collector = System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != null;
        application.setDefaultProperties(Map.of("management.otlp.metrics.export.enabled", collector));
        application.run(args);
    }
}
