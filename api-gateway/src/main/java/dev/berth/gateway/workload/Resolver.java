package dev.berth.gateway.workload;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import dev.berth.gateway.registry.RegistryLogins;
import dev.berth.gateway.secret.SealedSecret;
import dev.berth.gateway.secret.SealedSecrets;
import dev.berth.gateway.volume.VolumeMounts;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Looks up what a request only names: the account's zone, volumes, secrets, credentials, networks. Thread-safe. */
@Component
class Resolver {
    private final Accounts accounts;
    private final VolumeMounts volumes;
    private final SealedSecrets secrets;
    private final RegistryLogins logins;
    private final NetworkAgreement agreement;

    Resolver(
            Accounts accounts,
            VolumeMounts volumes,
            SealedSecrets secrets,
            RegistryLogins logins,
            NetworkAgreement agreement) {
        this.accounts = accounts;
        this.agreement = agreement;
        this.volumes = volumes;
        this.secrets = secrets;
        this.logins = logins;
    }

    /**
     * With the account's zone where a schedule names none, and with ids for the names of volumes.
     *
     * @throws Refusal 422 for a volume that the account has not
     */
    WorkloadRequest known(AccountId account, WorkloadRequest request) {
        WorkloadRequest zoned = request.schedule() == null || request.schedule().timeZone() != null
                ? request
                : request.in(accounts.get(account).timeZone());
        List<@Nullable MountShape> asked = zoned.volumes();
        if (asked == null || asked.isEmpty()) {
            return zoned;
        }
        List<@Nullable MountShape> known = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        for (MountShape shape : asked) {
            String text = shape == null ? null : shape.volume();
            if (shape == null || text == null || text.isEmpty()) {
                known.add(shape); // the rules say what is missing
                continue;
            }
            Optional<VolumeId> volume = volumes.idOf(account, text);
            if (volume.isEmpty()) {
                errors.add(new FieldError(
                        "volumes[%d].volume".formatted(known.size()),
                        "'%s' is no volume of the account; make it with POST /v1/volumes".formatted(Words.cut(text))));
            }
            known.add(
                    new MountShape(volume.map(VolumeId::toString).orElse(text), null, shape.path(), shape.readOnly()));
        }
        refuse(errors);
        return zoned.mounting(known);
    }

    /**
     * With the latest version of each secret that is newly asked for, and what the account shows the registry of its image.
     *
     * @throws Refusal 422 for a secret that the account has not, and for more than fits into one event
     */
    Spec sealed(AccountId account, Spec spec) {
        List<FieldError> errors = new ArrayList<>();
        List<SecretWish> known = new ArrayList<>();
        for (SecretWish wish : spec.manner().secrets()) {
            Optional<SealedSecret> secret =
                    wish.version() > 0 ? Optional.empty() : secrets.latest(account, wish.name());
            if (wish.version() == 0 && secret.isEmpty()) {
                errors.add(new FieldError(
                        "secrets[%d].name".formatted(known.size()),
                        "'%s' is no secret of the account; make it with POST /v1/secrets".formatted(wish.name())));
            }
            known.add(secret.map(found -> wish.at(found.version(), found.sealed()))
                    .orElse(wish));
        }
        refuse(errors);
        Spec sealed =
                shown(account, known.isEmpty() ? spec : spec.with(spec.manner().sealed(known)));
        FieldCheck.size(sealed);
        return sealed;
    }

    /** With what the account shows the registry of its image now. */
    Spec shown(AccountId account, Spec spec) {
        return spec.with(
                spec.manner().shown(logins.latest(account, spec.image()).orElse(null)));
    }

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
    }

    /**
     * Lets a workload have the volumes and networks that it names newly, under the lock of the account's quota.
     *
     * @param before null for one that is made
     * @throws Refusal 409 where others of the account keep it from them
     */
    void settle(DSLContext inTransaction, AccountId account, @Nullable Spec before, Spec next) {
        Manner was = before == null ? Manner.USUAL : before.manner();
        if (!next.manner().volumes().equals(was.volumes())) {
            mount(inTransaction, account, next);
        }
        if (!next.manner().networks().equals(was.networks())) {
            agreement.hold(inTransaction, account, next.name());
        }
    }

    private void mount(DSLContext inTransaction, AccountId account, Spec spec) {
        volumes.use(
                inTransaction,
                account,
                spec.name(),
                spec.manner().volumes().stream()
                        .map(mount -> new VolumeMounts.Wanted(mount.event().volume(), mount.readOnly()))
                        .toList());
    }
}
