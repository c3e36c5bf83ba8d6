package dev.berth.gateway.portal;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.stack.StackPlan;
import dev.berth.gateway.stack.StackView;
import dev.berth.gateway.stack.Stacks;
import dev.berth.schema.id.StackId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * A stack from a Compose file: what the file would become is shown first, and only what was shown is made. A form that differs from
 * the one that was looked at is looked at once more.
 */
@Controller
class StackFormPages {
    private final Stacks stacks;
    private final Shells shells;

    StackFormPages(Stacks stacks, Shells shells) {
        this.stacks = stacks;
        this.shells = shells;
    }

    @GetMapping("/stacks/new")
    @Requires(Scope.WORKLOADS_WRITE)
    String blank(Model model, HttpServletRequest request) {
        return form(StackForm.BLANK, null, null, model, request);
    }

    @PostMapping("/stacks")
    @Requires(Scope.WORKLOADS_WRITE)
    String create(
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        StackForm form = StackForm.of(sent);
        if (sent.containsKey("look") || !form.seen()) {
            return look(form, visitor, null, model, request, response);
        }
        try {
            StackView made = stacks.create(visitor, form.request(form.name()), context.cause());
            return "redirect:/stacks/" + made.id();
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return form(form, refusal, null, model, request);
        }
    }

    @GetMapping("/stacks/{id}/edit")
    @Requires(Scope.WORKLOADS_WRITE)
    String edit(@PathVariable String id, Principal.Customer visitor, Model model, HttpServletRequest request) {
        StackId stack = StackPages.parse(id);
        StackView now = stacks.get(visitor.account(), stack);
        StackForm form = StackForm.BLANK.with(stacks.export(visitor.account(), stack));
        model.addAttribute("etag", now.etag());
        return form(form, null, now, model, request);
    }

    @PostMapping("/stacks/{id}/edit")
    @Requires(Scope.WORKLOADS_WRITE)
    String replace(
            @PathVariable String id,
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        StackId stack = StackPages.parse(id);
        StackView now = stacks.get(visitor.account(), stack);
        StackForm form = StackForm.of(sent);
        String etag = sent.getFirst("etag");
        model.addAttribute("etag", etag);
        if (sent.containsKey("look") || !form.seen()) {
            return look(form, visitor, now, model, request, response);
        }
        try {
            StackView _ = stacks.replace(visitor, stack, form.request(null), etag, context.cause());
            return "redirect:/stacks/" + stack;
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            if (refusal.problem().code() == ErrorCode.STALE) {
                model.addAttribute("etag", stacks.get(visitor.account(), stack).etag());
            }
            return form(form, refusal, now, model, request);
        }
    }

    /** Shows what a file would become; nothing is made. */
    private String look(
            StackForm form,
            Principal.Customer visitor,
            @Nullable StackView now,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Format format = shells.dress(model, request);
        try {
            StackPlan planned = now == null
                    ? stacks.plan(form.request(null))
                    : stacks.plan(visitor.account(), now.id(), form.request(null));
            StackCards.Plan plan = StackCards.Plan.of(planned, format);
            model.addAttribute("plan", plan);
            model.addAttribute("checked", plan.allowed() ? form.digest() : "");
            return form(form, null, now, model, request);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return form(form, refusal, now, model, request);
        }
    }

    private String form(
            StackForm form,
            @Nullable Refusal refusal,
            @Nullable StackView now,
            Model model,
            HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute("form", form);
        model.addAttribute("stack", now == null ? null : now.name());
        model.addAttribute("stackId", now == null ? null : now.id().toString());
        model.addAttribute("problem", refusal == null ? null : Said.of(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        return "stack-form";
    }
}
