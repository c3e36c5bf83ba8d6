package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.SessionCookie;
import dev.berth.gateway.member.Invitation;
import dev.berth.gateway.member.Invitations;
import dev.berth.gateway.member.Member;
import dev.berth.gateway.member.Members;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who is in the account, and who is invited. */
@Controller
class MemberPages {
    /** A member in the table. {@code mayChange} says whether the visitor may give them another role or remove them. */
    record Row(
            String user,
            String email,
            boolean verified,
            String role,
            String since,
            boolean me,
            boolean mayChange,
            List<String> roles) {}

    /** An invitation in the table. */
    record Invited(
            String id, String email, String role, String sent, String ends, boolean expired, boolean mayChange) {}

    private final Members members;
    private final Invitations invitations;
    private final SessionCookie cookie;
    private final Shells shells;

    MemberPages(Members members, Invitations invitations, SessionCookie cookie, Shells shells) {
        this.members = members;
        this.invitations = invitations;
        this.cookie = cookie;
        this.shells = shells;
    }

    @GetMapping("/members")
    @Requires(Scope.ACCOUNT_READ)
    String list(Principal.Customer visitor, Paging paging, Model model, HttpServletRequest request) {
        return page(visitor, paging, null, model, request);
    }

    @PostMapping("/members")
    @Requires(Scope.MEMBERS_WRITE)
    String invite(
            @RequestParam(defaultValue = "") String email,
            @RequestParam(defaultValue = "") String role,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            invitations.invite(visitor, email, role);
            return "redirect:/members";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("email", email);
            model.addAttribute("role", role);
            return page(visitor, Paging.first(), refusal, model, request);
        }
    }

    @PostMapping("/members/{user}/role")
    @Requires(Scope.MEMBERS_WRITE)
    String role(
            @PathVariable String user,
            @RequestParam(defaultValue = "") String role,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            members.change(visitor, user, role);
            return "redirect:/members";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, Paging.first(), refusal, model, request);
        }
    }

    @PostMapping("/members/{user}/remove")
    @Requires(Scope.ACCOUNT_READ)
    String remove(
            @PathVariable String user,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            members.remove(visitor, user);
            if (user.equals(visitor.user().toString())) {
                cookie.clear(response);
                return "redirect:/signin";
            }
            return "redirect:/members";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, Paging.first(), refusal, model, request);
        }
    }

    @PostMapping("/members/invitations/{id}/resend")
    @Requires(Scope.MEMBERS_WRITE)
    String resend(@PathVariable String id, Principal.Customer visitor) {
        invitations.resend(visitor, id);
        return "redirect:/members";
    }

    @PostMapping("/members/invitations/{id}/revoke")
    @Requires(Scope.MEMBERS_WRITE)
    String revoke(@PathVariable String id, Principal.Customer visitor) {
        invitations.revoke(visitor, id);
        return "redirect:/members";
    }

    private String page(
            Principal.Customer visitor,
            Paging paging,
            @Nullable Refusal refusal,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Page<Member> page = members.list(visitor.account(), paging);
        List<String> roles = Arrays.stream(Role.values())
                .filter(visitor.role()::isAtLeast)
                .map(Role::text)
                .toList();
        boolean manages = visitor.may(Scope.MEMBERS_WRITE);
        model.addAttribute(
                "members",
                page.data().stream()
                        .map(one -> new Row(
                                one.user().toString(),
                                one.email(),
                                one.emailVerified(),
                                one.role().text(),
                                format.time(one.since()),
                                one.user().equals(visitor.user()),
                                manages && visitor.role().isAtLeast(one.role()),
                                roles))
                        .toList());
        model.addAttribute("nextCursor", page.nextCursor());
        model.addAttribute(
                "invitations",
                invitations.list(visitor.account(), new Paging(Paging.MAX_LIMIT, null)).data().stream()
                        .map(one -> new Invited(
                                one.id().toString(),
                                one.email(),
                                one.role().text(),
                                format.time(one.createdAt()),
                                format.time(one.expiresAt()),
                                one.state() == Invitation.State.EXPIRED,
                                manages && visitor.role().isAtLeast(one.role())))
                        .toList());
        model.addAttribute("manages", manages);
        model.addAttribute("roles", roles);
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        return "members";
    }
}
