package dev.berth.provisioner;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ProvisionerApplication {
    /** Starts the service with the settings of the environment. */
    public static void main(String[] args) {
        SpringApplication.run(ProvisionerApplication.class, args);
    }
}
