package dev.berth.gateway.portal;

import dev.berth.gateway.account.Account;
import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.account.Presence;
import dev.berth.gateway.closing.Closing;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.login.Logins;
import dev.berth.gateway.member.MoneyMails;
import dev.berth.schema.Cause;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The account itself: its owner takes its data along, closes it, and reopens it. */
@Controller
class AccountPages {
    private final Accounts accounts;
    private final Closing closing;
    private final Presence presence;
    private final Logins logins;
    private final MoneyMails mails;
    private final Shells shells;

    AccountPages(
            Accounts accounts, Closing closing, Presence presence, Logins logins, MoneyMails mails, Shells shells) {
        this.mails = mails;
        this.presence = presence;
        this.logins = logins;
        this.accounts = accounts;
        this.closing = closing;
        this.shells = shells;
    }

    @GetMapping("/account")
    @Requires(Scope.ACCOUNT_READ)
    String view(Principal.Customer visitor, Model model, HttpServletRequest request) {
        return page(visitor, null, model, request);
    }

    @PostMapping("/account/close")
    @Requires(Scope.ACCOUNT_WRITE)
    String close(
            @RequestParam(defaultValue = "") String confirm,
            @RequestParam(required = false) @Nullable String password,
            @RequestParam(required = false) @Nullable String code,
            Principal.Customer visitor,
            RequestContext context,
            Cause cause,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            Account _ =
                    closing.close(visitor, new Closing.ClosingProof(confirm, password, code), context.address(), cause);
            return "redirect:/account";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("confirm", confirm);
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/account/reopen")
    @Requires(Scope.ACCOUNT_WRITE)
    String reopen(
            Principal.Customer visitor,
            Cause cause,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            Account _ = closing.reopen(visitor, cause);
            return "redirect:/account";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/account/mails")
    @Requires(Scope.ACCOUNT_READ)
    String mails(
            @RequestParam(defaultValue = "") String choice,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            mails.choose(visitor, choice);
            return "redirect:/account";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    private String page(
            Principal.Customer visitor, @Nullable Refusal refusal, Model model, HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Account account = accounts.get(visitor.account());
        Account.AccountClosing leaving = account.closing();
        model.addAttribute("account", account);
        boolean owner = visitor.role() == Role.OWNER;
        model.addAttribute("owner", owner);
        model.addAttribute("asked", owner ? presence.asked(visitor).name() : null);
        model.addAttribute("provider", owner && presence.mayAskProvider(visitor) ? logins.providerName() : null);
        model.addAttribute("mails", mails.of(visitor));
        model.addAttribute("days", closing.retention().toDays());
        model.addAttribute("since", leaving == null ? null : format.time(leaving.since()));
        model.addAttribute("endsAt", leaving == null ? null : format.time(leaving.endsAt()));
        model.addAttribute("closedAt", account.closedAt() == null ? null : format.time(account.closedAt()));
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        return "account";
    }
}
