package dev.berth.gateway.stack;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code deploy} says of a service: replicas, size, restarts, rollouts. Pure. */
final class ComposeDeploy {
    private final Map<String, Object> members = new LinkedHashMap<>();

    private ComposeDeploy() {}

    static Map<String, Object> of(Place deploy) {
        ComposeDeploy reading = new ComposeDeploy();
        deploy.entries().forEach(reading::read);
        return reading.members;
    }

    private void read(String key, Place value) {
        switch (key) {
            case "replicas" -> value.number().ifPresent(n -> members.put("replicas", n));
            case "mode" -> {
                if (!value.text().equals("replicated")) {
                    value.findings().refuse(value.path(), "only 'replicated' is offered", "Say how many replicas.");
                }
            }
            case "resources" -> value.entries().forEach(this::resources);
            case "restart_policy" -> value.entries().forEach(this::restart);
            case "update_config" -> update(value);
            case "labels" -> value.findings().note(value.path(), "have no effect; use the service's own labels");
            case "placement", "endpoint_mode", "rollback_config" ->
                value.findings().note(value.path(), "has no effect: it is Berth that does it");
            default -> {
                if (!key.startsWith("x-")) {
                    value.findings().refuse(value.path(), "is no key of deploy", null);
                }
            }
        }
    }

    private void resources(String key, Place value) {
        switch (key) {
            case "limits" ->
                value.entries().forEach((limit, amount) -> {
                    switch (limit) {
                        case "cpus" -> amount.decimal().ifPresent(n -> members.put("cpu_millis", Units.millis(n)));
                        case "memory" -> amount.mib().ifPresent(n -> members.put("memory_mib", n));
                        case "pids" ->
                            amount.findings().note(amount.path(), "has no effect: the limit is the operator's");
                        default -> amount.findings().refuse(amount.path(), "is no limit that is offered", null);
                    }
                });
            case "reservations" -> {
                value.at("devices")
                        .filter(devices -> !devices.isVoid())
                        .ifPresent(devices -> devices.findings()
                                .refuse(devices.path(), "no container gets devices of a host", "Leave it out."));
                value.findings().note(value.path(), "has no effect: what a size has is reserved whole");
            }
            default -> value.findings().refuse(value.path(), "is no key of resources", null);
        }
    }

    private void restart(String key, Place value) {
        switch (key) {
            case "condition" -> {
                switch (value.text()) {
                    case "any" -> members.put("restart", "always");
                    case "on-failure" -> members.put("restart", "on_failure");
                    case "none" -> members.put("restart", "never");
                    default -> value.wrong("must be any, on-failure or none");
                }
            }
            case "delay", "max_attempts", "window" ->
                value.findings()
                        .note(value.path(), "has no effect: restarts are delayed more and more, without an end");
            default -> value.findings().refuse(value.path(), "is no key of a restart policy", null);
        }
    }

    private void update(Place config) {
        Map<String, Object> rollout = new LinkedHashMap<>();
        Object[] atOnce = {1};
        boolean[] startFirst = {false};
        config.entries().forEach((key, value) -> {
            switch (key) {
                case "parallelism" -> value.number().ifPresent(n -> atOnce[0] = n.signum() == 0 ? 100 : n);
                case "order" -> startFirst[0] = value.text().equals("start-first");
                case "failure_action" -> rollout.put("rollback", value.text().equals("rollback"));
                case "monitor" -> value.seconds().ifPresent(s -> rollout.put("min_ready_s", s));
                case "delay", "max_failure_ratio" ->
                    value.findings()
                            .note(value.path(), "has no effect: the next replica follows when the one before is ready");
                default -> value.findings().refuse(value.path(), "is no key of update_config", null);
            }
        });
        rollout.put("strategy", "rolling");
        rollout.put("max_surge", startFirst[0] ? atOnce[0] : 0);
        rollout.put("max_unavailable", startFirst[0] ? 0 : atOnce[0]);
        members.put("rollout", rollout);
    }
}
