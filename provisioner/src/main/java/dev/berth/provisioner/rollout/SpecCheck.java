package dev.berth.provisioner.rollout;

import dev.berth.provisioner.engine.ImagePolicy;
import dev.berth.provisioner.engine.ImageReference;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.util.Map;
import java.util.Optional;

/** Why a wish can never be launched, whatever the host. The gateway refuses such wishes too; this is the second wall. Pure. */
final class SpecCheck {
    private static final int MAX_BYTES = 128 * 1024;

    private SpecCheck() {}

    static Optional<Container.Note> refusal(WorkloadDesired spec) {
        if (spec.kind() == WorkloadKind.MACHINE && spec.replicas() > 1) {
            return invalid("a machine has one replica");
        }
        if (ImageReference.parse(spec.image()).isEmpty()) {
            return Optional.of(new Container.Note(
                    "image_invalid",
                    "the image is no reference such as registry.example.com/team/app:1.2 or one with @sha256:…",
                    null));
        }
        Optional<Container.Note> process =
                process(spec).or(() -> ContentCheck.refusal(spec).flatMap(SpecCheck::invalid));
        if (process.isPresent()) {
            return process;
        }
        long bytes = 0;
        for (String part : spec.command()) {
            bytes += part.length();
        }
        for (String part : spec.args()) {
            bytes += part.length();
        }
        boolean nul = contains(spec.command())
                || contains(spec.args())
                || contains(spec.env().values());
        for (Map.Entry<String, String> entry : spec.env().entrySet()) {
            bytes += entry.getKey().length() + entry.getValue().length();
            if (entry.getKey().isEmpty()
                    || entry.getKey().indexOf('=') >= 0
                    || entry.getKey().indexOf(0) >= 0) {
                return invalid("the name of an environment variable is empty or contains '='");
            }
        }
        if (nul) {
            return invalid("command, args and env cannot contain a NUL character");
        }
        return bytes > MAX_BYTES
                ? invalid("command, args and env are larger than %d KiB together".formatted(MAX_BYTES / 1024))
                : Optional.empty();
    }

    private static Optional<Container.Note> process(WorkloadDesired spec) {
        String user = spec.user();
        if (user != null && !ImagePolicy.isUser(user)) {
            return invalid("the user must be numbers such as 1000 or 1000:1000, and not root");
        }
        String dir = spec.workingDir();
        if (dir != null && !ImagePolicy.isPath(dir)) {
            return invalid("the working directory must be an absolute path of plain names");
        }
        String signal = spec.stopSignal();
        if (signal != null && !ImagePolicy.STOP_SIGNALS.contains(signal)) {
            return invalid("the stop signal must be one of " + String.join(", ", ImagePolicy.STOP_SIGNALS));
        }
        return Optional.empty();
    }

    private static boolean contains(Iterable<String> texts) {
        for (String text : texts) {
            if (text.indexOf(0) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Container.Note> invalid(String message) {
        return Optional.of(new Container.Note("spec_invalid", message, null));
    }
}
