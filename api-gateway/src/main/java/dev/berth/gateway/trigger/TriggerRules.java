package dev.berth.gateway.trigger;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a trigger may be, and what a call of one leads to. Pure. */
final class TriggerRules {
    /** The most replicas of a workload. */
    static final int MAX_REPLICAS = 100;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    /** A name and what a call does, checked. */
    record Checked(String name, Trigger.Does does) {}

    /** What a call says for itself; null for nothing. */
    record Asked(@Nullable BigInteger replicas, @Nullable BigInteger step) {
        static final Asked NOTHING = new Asked(null, null);
    }

    private TriggerRules() {}

    /**
     * What a request makes.
     *
     * @throws Refusal 422 with every field that is wrong
     */
    static Checked check(TriggerRequest request) {
        List<FieldError> errors = new ArrayList<>();
        String name = request.name() == null ? "" : request.name();
        if (!NAME.matcher(name).matches()) {
            errors.add(new FieldError(
                    "name", "must have 1 to 64 letters, digits, '_', '.' and '-', and begin with a letter or digit"));
        }
        Optional<TriggerAction> action = TriggerAction.named(request.action() == null ? "" : request.action());
        if (action.isEmpty()) {
            errors.add(new FieldError("action", "must be redeploy or scale"));
        }
        Trigger.Does does = action.orElse(TriggerAction.REDEPLOY) == TriggerAction.SCALE
                ? scale(request, errors)
                : redeploy(request, action.isPresent(), errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return new Checked(name, does);
    }

    private static Trigger.Does redeploy(TriggerRequest request, boolean sure, List<FieldError> errors) {
        if (sure) {
            none("replicas", request.replicas(), errors);
            none("step", request.step(), errors);
            none("min", request.min(), errors);
            none("max", request.max(), errors);
        }
        return new Trigger.Redeploy();
    }

    private static void none(String field, @Nullable BigInteger value, List<FieldError> errors) {
        if (value != null) {
            errors.add(new FieldError(field, "is for triggers of the action scale only"));
        }
    }

    private static Trigger.Does scale(TriggerRequest request, List<FieldError> errors) {
        int min = number("min", request.min(), 1, 1, MAX_REPLICAS, errors);
        if (request.max() == null) {
            errors.add(new FieldError("max", "is required: the most replicas that a call may lead to"));
        }
        int max = number("max", request.max(), MAX_REPLICAS, min, MAX_REPLICAS, errors);
        if (request.replicas() != null && request.step() != null) {
            errors.add(new FieldError("step", "and replicas exclude each other"));
        }
        Integer replicas =
                request.replicas() == null ? null : number("replicas", request.replicas(), min, min, max, errors);
        Integer step = request.step() == null
                ? null
                : number("step", request.step(), 1, 1 - MAX_REPLICAS, MAX_REPLICAS - 1, errors);
        if (step != null && step == 0) {
            errors.add(new FieldError("step", "must not be 0, for then a call did nothing"));
        }
        return new Trigger.Scale(replicas, step, min, max);
    }

    /**
     * How many replicas a call leads to. A number is within the bounds or refused; a step ends at them.
     *
     * @param now how many there are
     * @throws Refusal 422 for what the trigger does not allow
     */
    static int target(Trigger.Scale scale, int now, Asked asked) {
        List<FieldError> errors = new ArrayList<>();
        if (asked.replicas() != null && asked.step() != null) {
            errors.add(new FieldError("step", "and replicas exclude each other"));
        }
        boolean silent = asked.replicas() == null && asked.step() == null;
        if (silent && scale.replicas() == null && scale.step() == null) {
            errors.add(new FieldError("replicas", "is required, or a step: this trigger has none of its own"));
        }
        Integer to = silent ? scale.replicas() : null;
        if (asked.replicas() != null) {
            to = number("replicas", asked.replicas(), scale.min(), scale.min(), scale.max(), errors);
        }
        Integer step = silent ? scale.step() : null;
        if (asked.step() != null) {
            step = number("step", asked.step(), 1, 1 - MAX_REPLICAS, MAX_REPLICAS - 1, errors);
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return Math.clamp(to == null ? (long) now + (step == null ? 0 : step) : to, scale.min(), scale.max());
    }

    private static int number(
            String field, @Nullable BigInteger asked, int otherwise, int min, int max, List<FieldError> errors) {
        if (asked == null) {
            return otherwise;
        }
        if (asked.compareTo(BigInteger.valueOf(min)) < 0 || asked.compareTo(BigInteger.valueOf(max)) > 0) {
            errors.add(new FieldError(field, "must be from %d to %d".formatted(min, max)));
            return otherwise;
        }
        return asked.intValueExact();
    }
}
