package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.Lifecycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that a launch has failed, in words for a customer. */
record LaunchFailures(Tenure tenure, Lifecycle lifecycle) {
    private static final Logger LOG = LoggerFactory.getLogger(LaunchFailures.class);
    private static final int MOST_CHARS = 500;

    /** It never ran and will not; told once. */
    void fail(Container container, String code, String message) {
        if (tenure.write(tx -> lifecycle.fail(tx, container.id(), code, message))) {
            LOG.atInfo()
                    .addKeyValue("container", container.id())
                    .addKeyValue("workload", container.workload())
                    .addKeyValue("code", code)
                    .log("A launch failed: {}", message);
        }
    }

    static String brief(EngineException e) {
        return brief(String.valueOf(e.getMessage()));
    }

    /** The engine's words without what only an operator understands, for a customer to read. */
    static String brief(String message) {
        String clean = message.replaceAll("\\p{Cntrl}+", " ");
        clean = clean.replace("failed to create shim task: ", "")
                .replace("OCI runtime create failed: ", "")
                .replace("runc create failed: ", "")
                .replace("unable to start container process: ", "")
                .replace("Error response from daemon: ", "");
        return clean.length() > MOST_CHARS ? clean.substring(0, MOST_CHARS) + "…" : clean;
    }
}
