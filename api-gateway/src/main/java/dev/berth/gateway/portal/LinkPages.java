package dev.berth.gateway.portal;

import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.SessionCookie;
import dev.berth.gateway.login.Logins;
import dev.berth.gateway.member.Invitations;
import dev.berth.gateway.proof.Proofs;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Where links in mails lead. Opening one changes nothing, since programs that look mails over open links too; a button does. The pages
 * tell no other site where they are: the policy for referrers is that of all pages.
 */
@Controller
class LinkPages {
    private final Invitations invitations;
    private final Proofs proofs;
    private final SessionCookie cookie;
    private final Logins logins;
    private final Shells shells;

    LinkPages(Invitations invitations, Proofs proofs, SessionCookie cookie, Logins logins, Shells shells) {
        this.invitations = invitations;
        this.proofs = proofs;
        this.cookie = cookie;
        this.logins = logins;
        this.shells = shells;
    }

    @GetMapping("/join/{token}")
    String invitation(@PathVariable String token, Principal visitor, Model model, HttpServletRequest request) {
        return invitation(token, null, visitor, model, request);
    }

    @PostMapping("/join/{token}")
    String accept(
            @PathVariable String token,
            @RequestParam(defaultValue = "") String password,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            SignedIn session = invitations.accept(token, password, context.principal(), context.address());
            cookie.write(response, session.cookie(), Sessions.LIFE);
            return "redirect:/overview";
        } catch (Refusal refusal) {
            if (refusal.problem().code().status() == HttpServletResponse.SC_NOT_FOUND) {
                throw refusal;
            }
            response.setStatus(refusal.problem().code().status());
            return invitation(token, refusal, context.principal(), model, request);
        }
    }

    private String invitation(
            String token, @Nullable Refusal refusal, Principal visitor, Model model, HttpServletRequest request) {
        Invitations.Opened opened = invitations.open(token);
        dress(model, request, "Join " + opened.account(), refusal);
        model.addAttribute("kind", "join");
        model.addAttribute("invitation", opened);
        model.addAttribute("asks", !(visitor instanceof Principal.Customer customer && opened.isFor(customer)));
        model.addAttribute("action", "/join/" + token);
        model.addAttribute("provider", logins.providerName());
        model.addAttribute("passwords", logins.passwords());
        return "link";
    }

    @GetMapping("/verify/{token}")
    String verification(@PathVariable String token, Model model, HttpServletRequest request) {
        dress(model, request, "Is this your address?", null);
        model.addAttribute("kind", "verify");
        model.addAttribute("action", "/verify/" + token);
        return "link";
    }

    @PostMapping("/verify/{token}")
    String verify(@PathVariable String token, Model model, HttpServletRequest request) {
        proofs.verify(token);
        return said(model, request, "Your address is proven", "Thank you. There is nothing more to do.");
    }

    @PostMapping("/verify")
    @Requires(Scope.ACCOUNT_READ)
    String sendAgain(Principal.Customer visitor, Model model, HttpServletRequest request) {
        proofs.askVerification(visitor.user());
        return said(
                model,
                request,
                "The mail is on its way",
                "Open the link in it; the ones before lead nowhere any more.");
    }

    @GetMapping("/password-reset")
    String forgotten(Model model, HttpServletRequest request) {
        dress(model, request, "Set a new password", null);
        model.addAttribute("kind", "forgotten");
        model.addAttribute("action", "/password-reset");
        return "link";
    }

    @PostMapping("/password-reset")
    String ask(
            @RequestParam(defaultValue = "") String email,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            proofs.askReset(email, context.address());
            return said(
                    model,
                    request,
                    "Look into your mail",
                    "If somebody has signed up with this address, a link is on its way to it. It counts for an hour.");
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            dress(model, request, "Set a new password", refusal);
            model.addAttribute("kind", "forgotten");
            model.addAttribute("email", email);
            model.addAttribute("action", "/password-reset");
            return "link";
        }
    }

    @GetMapping("/password-reset/{token}")
    String newPassword(@PathVariable String token, Model model, HttpServletRequest request) {
        return newPassword(token, null, model, request);
    }

    @PostMapping("/password-reset/{token}")
    String reset(
            @PathVariable String token,
            @RequestParam(defaultValue = "") String password,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            proofs.reset(token, password);
            cookie.clear(response);
            return "redirect:/signin";
        } catch (Refusal refusal) {
            if (refusal.problem().code().status() == HttpServletResponse.SC_NOT_FOUND) {
                throw refusal;
            }
            response.setStatus(refusal.problem().code().status());
            return newPassword(token, refusal, model, request);
        }
    }

    private String newPassword(String token, @Nullable Refusal refusal, Model model, HttpServletRequest request) {
        proofs.checkReset(token);
        dress(model, request, "Choose a new password", refusal);
        model.addAttribute("kind", "reset");
        model.addAttribute("action", "/password-reset/" + token);
        return "link";
    }

    private String said(Model model, HttpServletRequest request, String title, String text) {
        dress(model, request, title, null);
        model.addAttribute("kind", "said");
        model.addAttribute("text", text);
        return "link";
    }

    private void dress(Model model, HttpServletRequest request, String title, @Nullable Refusal refusal) {
        shells.dress(model, request);
        model.addAttribute("title", title);
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
    }
}
