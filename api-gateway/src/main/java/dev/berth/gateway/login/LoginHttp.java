package dev.berth.gateway.login;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.mail.MailProperties;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** How people may sign in, and the logins that a person has linked, over HTTP. */
@RestController
class LoginHttp {
    /** A provider: its name on buttons, who it is, the page where the way to it begins, and whether new people may come by it. */
    record ProviderView(String name, String issuer, String signInUrl, boolean signUp) {}

    /** How people may sign in here. */
    record SignInWays(boolean passwords, List<ProviderView> data) {}

    private final Logins logins;
    private final MailProperties mail;

    LoginHttp(Logins logins, MailProperties mail) {
        this.logins = logins;
        this.mail = mail;
    }

    @Requires.Open
    @GetMapping("/v1/session/providers")
    SignInWays providers() {
        OidcProperties settings = logins.settings();
        List<ProviderView> data = settings.isSet()
                ? List.of(new ProviderView(
                        settings.name(), settings.issuer(), mail.publicUrl() + "/signin/oidc", settings.signUp()))
                : List.of();
        return new SignInWays(logins.passwords(), data);
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/logins")
    @Requires.OfPerson
    Page<Login> list(Principal.Customer customer) {
        return new Page<>(logins.list(customer.user()), null);
    }

    @Requires(Scope.ACCOUNT_READ)
    @DeleteMapping("/v1/logins/{id}")
    @Requires.OfPerson
    ResponseEntity<Void> unlink(@PathVariable String id, Principal.Customer customer) {
        logins.unlink(customer, id);
        return ResponseEntity.noContent().build();
    }
}
