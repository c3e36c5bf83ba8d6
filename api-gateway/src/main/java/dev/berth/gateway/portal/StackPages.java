package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.stack.StackView;
import dev.berth.gateway.stack.Stacks;
import dev.berth.schema.id.StackId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Stacks: the list, and one with its workloads and the file that would make it again. */
@Controller
class StackPages {
    private final Stacks stacks;
    private final Shells shells;

    StackPages(Stacks stacks, Shells shells) {
        this.stacks = stacks;
        this.shells = shells;
    }

    @GetMapping("/stacks")
    @Requires(Scope.WORKLOADS_READ)
    String list(
            @RequestParam(required = false) @Nullable String deleted,
            Principal.Customer visitor,
            Paging paging,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Page<StackView> page = stacks.list(visitor.account(), paging);
        model.addAttribute(
                "stacks",
                page.data().stream()
                        .map(view -> StackCards.Row.of(view, format))
                        .toList());
        model.addAttribute("may", visitor.may(Scope.WORKLOADS_WRITE));
        model.addAttribute("nextCursor", page.nextCursor());
        model.addAttribute("first", paging.isFirst());
        model.addAttribute(
                "notice", deleted == null ? null : "The stack is deleted; its containers are on their way down.");
        model.addAttribute("example", Examples.get(request, "/v1/stacks"));
        Live.on(model, visitor, "workload,container");
        return "stacks";
    }

    @GetMapping("/stacks/{id}")
    @Requires(Scope.WORKLOADS_READ)
    String one(@PathVariable String id, Principal.Customer visitor, Model model, HttpServletRequest request) {
        return show(parse(id), null, visitor, model, request);
    }

    private String show(
            StackId id,
            @Nullable Refusal refusal,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        StackView view = stacks.get(visitor.account(), id);
        model.addAttribute("s", StackCards.Row.of(view, format));
        model.addAttribute("generation", view.generation());
        model.addAttribute("created", format.time(view.createdAt()));
        model.addAttribute(
                "workloads",
                view.workloads().stream()
                        .map(one -> WorkloadCard.of(one, format))
                        .toList());
        model.addAttribute("file", stacks.export(visitor.account(), id));
        model.addAttribute("may", visitor.may(Scope.WORKLOADS_WRITE));
        model.addAttribute("problem", refusal == null ? null : Said.of(refusal));
        Live.on(model, visitor, "workload,container");
        return "stack";
    }

    @PostMapping("/stacks/{id}/start")
    @Requires(Scope.WORKLOADS_WRITE)
    String start(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        return act(
                id,
                stack -> stacks.step(visitor.account(), stack, Stacks.Step.START, null, context.cause()),
                visitor,
                model,
                request,
                response);
    }

    @PostMapping("/stacks/{id}/stop")
    @Requires(Scope.WORKLOADS_WRITE)
    String stop(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        return act(
                id,
                stack -> stacks.step(visitor.account(), stack, Stacks.Step.STOP, null, context.cause()),
                visitor,
                model,
                request,
                response);
    }

    @PostMapping("/stacks/{id}/delete")
    @Requires(Scope.WORKLOADS_WRITE)
    String delete(@PathVariable String id, Principal.Customer visitor, RequestContext context) {
        stacks.delete(visitor.account(), parse(id), null, context.cause());
        return "redirect:/stacks?deleted=1";
    }

    /** Something that is done with a stack at the press of a button. */
    @FunctionalInterface
    private interface Deed {
        StackView on(StackId stack);
    }

    private String act(
            String id,
            Deed deed,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        StackId stack = parse(id);
        try {
            return "redirect:/stacks/" + deed.on(stack).id();
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return show(stack, refusal, visitor, model, request);
        }
    }

    static StackId parse(String id) {
        return Stacks.parse(id).orElseThrow(() -> Stacks.missing(id));
    }
}
