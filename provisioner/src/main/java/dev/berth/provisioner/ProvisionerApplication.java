package dev.berth.provisioner;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the service. */
@SpringBootApplication
public class ProvisionerApplication {
    /** Starts the service with the settings of the environment. */
    public static void main(String[] args) {
        SpringApplication.run(ProvisionerApplication.class, args);
    }
}
