package dev.berth.gateway.registry;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.RegistryLogin;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Service;

/** Looks credentials up for workloads. Thread-safe. */
@Service
public class RegistryLogins {
    private final DSLContext dsl;
    private final RegistryCredentialRepository repository;

    RegistryLogins(DSLContext dsl, RegistryCredentialRepository repository) {
        this.dsl = dsl;
        this.repository = repository;
    }

    /** What an account shows the registry of an image; empty when it is a stranger there. */
    public Optional<RegistryLogin> latest(AccountId account, String image) {
        return repository.find(dsl, account, RegistryName.of(image)).map(RegistryCredential::login);
    }
}
