package dev.berth.gateway.portal;

import dev.berth.gateway.account.Account;
import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.account.People;
import dev.berth.gateway.announcement.Announcements;
import dev.berth.gateway.edge.Csrf;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Sha256;
import dev.berth.schema.id.UserId;
import dev.berth.schema.standing.Standing;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** Puts around a page what every page has. Thread-safe. */
@Component
class Shells {
    private static final String ATTRIBUTE = "shell";

    private final Accounts accounts;
    private final People people;
    private final Csrf csrf;
    private final Announcements announcements;
    private final String assets = assets();

    Shells(Accounts accounts, People people, Csrf csrf, Announcements announcements) {
        this.announcements = announcements;
        this.people = people;
        this.accounts = accounts;
        this.csrf = csrf;
    }

    /** The shell of a page for the visitor of a request. */
    Shell of(HttpServletRequest request) {
        String path = request.getRequestURI();
        Principal principal = RequestContext.of(request).principal();
        return principal instanceof Principal.Customer customer
                ? of(accounts.get(customer.account()), customer.user(), path, csrf.token(request))
                : new Shell(false, "", "UTC", path, assets, "", List.of(), null, null, List.of());
    }

    /** The shell of a page for somebody who has just signed in. */
    Shell of(Account account, UserId user, String path, String token) {
        People.Person person = people.get(user);
        return new Shell(
                true,
                account.name(),
                account.timeZone(),
                path,
                assets,
                token,
                Shell.nav(path),
                warning(account),
                person.isVerified() ? null : person.email(),
                announcements.current());
    }

    /** Adds the shell, if it is not there, and answers how the visitor reads times. */
    Format dress(Model model, HttpServletRequest request) {
        if (!(model.getAttribute(ATTRIBUTE) instanceof Shell shell)) {
            Shell made = of(request);
            model.addAttribute(ATTRIBUTE, made);
            return new Format(ZoneId.of(made.zone()));
        }
        return new Format(ZoneId.of(shell.zone()));
    }

    private static Shell.@Nullable Warning warning(Account account) {
        if (account.closing() != null) {
            return new Shell.Warning(
                    "The account is closing",
                    "Nothing runs. An owner can reopen it on the page of the account, which says until when.");
        }
        if (account.standing() == Standing.CLOSED || account.closedAt() != null) {
            return new Shell.Warning("The account is closed", "Nothing runs any more; invoices can still be read.");
        }
        if (account.standing() == Standing.SUSPENDED) {
            return new Shell.Warning(
                    "The account is suspended",
                    "Its containers are stopped; its data stays. Pay what is overdue and they may start again.");
        }
        if (account.standing() == Standing.PAST_DUE) {
            return new Shell.Warning("An invoice is overdue", "Everything still runs. Pay it to keep it so.");
        }
        return account.capReached()
                ? new Shell.Warning("The spend cap is reached", "Nothing starts until it is raised or the period ends.")
                : null;
    }

    private static String assets() {
        try {
            MessageDigest digest = Sha256.begin();
            for (String name : List.of("berth.css", "berth.js", "terminal.js", "berth.svg")) {
                try (InputStream asset = Shells.class.getResourceAsStream("/portal/assets/" + name)) {
                    if (asset == null) {
                        throw new IllegalStateException("the portal's %s is missing from the jar".formatted(name));
                    }
                    digest.update(asset.readAllBytes());
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
