package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.workload.Observed;
import dev.berth.gateway.workload.RevisionView;
import dev.berth.gateway.workload.RunView;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The history of a workload: how its rollout stands, its revisions and the way back, the runs of a job or cron. */
@Controller
class RevisionPages {
    /** A revision in the table. */
    record RevisionRow(
            long number, String image, String changed, String actor, String at, boolean wished, boolean serving) {
        static RevisionRow of(RevisionView one, Format format) {
            return new RevisionRow(
                    one.revision(),
                    Format.image(one.image()),
                    one.changed().isEmpty()
                            ? Format.NONE
                            : String.join(", ", one.changed()).replace('_', ' '),
                    one.actor().equals("berth") ? "Berth" : one.actor(),
                    format.exact(one.createdAt()),
                    one.wished(),
                    one.serving());
        }
    }

    /** How a rollout stands. */
    record RolloutCard(
            String state, String tone, @Nullable String message, boolean goesOn, boolean waits, boolean paused) {
        static RolloutCard of(Observed.Rollout one) {
            String tone = switch (one.state()) {
                case "complete" -> "ok";
                case "rolled_back", "failed" -> "bad";
                case "awaiting", "paused" -> "warn";
                default -> "info";
            };
            boolean over = tone.equals("ok") || tone.equals("bad");
            return new RolloutCard(
                    one.state().replace('_', ' '),
                    tone,
                    one.message(),
                    !over,
                    one.state().equals("awaiting"),
                    one.state().equals("paused"));
        }
    }

    /** A run in the table. */
    record RunRow(
            String run,
            String state,
            String tone,
            @Nullable String message,
            String trigger,
            String started,
            String finished) {
        static RunRow of(RunView one, Format format) {
            String tone = switch (one.state()) {
                case "succeeded" -> "ok";
                case "failed", "refused" -> "bad";
                case "running" -> "info";
                default -> "";
            };
            return new RunRow(
                    one.run() == null ? Format.NONE : String.valueOf(one.run()),
                    one.state(),
                    tone,
                    one.message(),
                    one.trigger().equals("schedule") ? "its schedule" : one.actor(),
                    format.exact(one.startedAt()),
                    format.exact(one.finishedAt()));
        }
    }

    private final Workloads workloads;
    private final Shells shells;

    RevisionPages(Workloads workloads, Shells shells) {
        this.workloads = workloads;
        this.shells = shells;
    }

    @GetMapping("/workloads/{id}/history")
    @Requires(Scope.WORKLOADS_READ)
    String history(@PathVariable String id, Principal.Customer visitor, Model model, HttpServletRequest request) {
        return show(visitor.account(), parse(id), null, visitor, model, request);
    }

    private String show(
            AccountId account,
            WorkloadId id,
            @Nullable Refusal refusal,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        WorkloadView view = workloads.get(account, id);
        Observed.Rollout rollout = view.observed().rollout();
        List<String> nextRuns = view.schedule() == null || view.schedule().nextRuns() == null
                ? List.of()
                : view.schedule().nextRuns().stream().map(format::exact).toList();
        model.addAttribute("w", WorkloadCard.of(view, format));
        model.addAttribute("problem", refusal == null ? null : Said.of(refusal));
        model.addAttribute("rollout", rollout == null ? null : RolloutCard.of(rollout));
        model.addAttribute(
                "revisions",
                workloads.revisions(account, id).stream()
                        .map(one -> RevisionRow.of(one, format))
                        .toList());
        model.addAttribute(
                "runs",
                workloads.runs(account, id).stream()
                        .map(one -> RunRow.of(one, format))
                        .toList());
        model.addAttribute("nextRuns", nextRuns);
        Live.on(model, visitor, "workload,rollout,container&workload=" + id);
        return "history";
    }

    /** Something that is done at the press of a button. */
    @FunctionalInterface
    private interface Deed {
        WorkloadView on(AccountId account, WorkloadId workload, Cause cause);
    }

    @PostMapping("/workloads/{id}/rollback")
    @Requires(Scope.WORKLOADS_WRITE)
    String rollBack(
            @PathVariable String id,
            @RequestParam long revision,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = (account, workload, cause) -> workloads.rollBack(account, workload, revision, null, cause);
        return act(id, deed, visitor, context, model, request, response);
    }

    @PostMapping("/workloads/{id}/rollout")
    @Requires(Scope.WORKLOADS_WRITE)
    String rollout(
            @PathVariable String id,
            @RequestParam String word,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = (account, workload, cause) -> switch (word) {
            case "promote" -> workloads.promote(account, workload, null, cause);
            case "abort" -> workloads.abort(account, workload, null, cause);
            case "pause" -> workloads.pauseRollout(account, workload, null, cause);
            case "resume" -> workloads.resumeRollout(account, workload, null, cause);
            default -> workloads.get(account, workload);
        };
        return act(id, deed, visitor, context, model, request, response);
    }

    private String act(
            String id,
            Deed deed,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WorkloadId workload = parse(id);
        try {
            deed.on(visitor.account(), workload, context.cause());
            return "redirect:/workloads/" + workload + "/history";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return show(visitor.account(), workload, refusal, visitor, model, request);
        }
    }

    private static WorkloadId parse(String id) {
        return Workloads.parse(id).orElseThrow(() -> Workloads.missing(id));
    }
}
