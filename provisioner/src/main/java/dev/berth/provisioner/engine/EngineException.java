package dev.berth.provisioner.engine;

import org.jspecify.annotations.Nullable;

/** Why a call to the engine did not work. The message is the engine's, for people. */
public abstract sealed class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Not reached, or no answer in time: whether the effect happened is unknown. */
    public static final class Away extends EngineException {
        private static final long serialVersionUID = 1;

        public Away(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** It failed (5xx): whether the effect happened is unknown. */
    public static final class Failed extends EngineException {
        private static final long serialVersionUID = 1;

        public Failed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** It refused (4xx): nothing happened, and asking again would not help. */
    public static final class Refused extends EngineException {
        private static final long serialVersionUID = 1;

        public Refused(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** It knows no such thing (404). */
    public static final class Missing extends EngineException {
        private static final long serialVersionUID = 1;

        public Missing(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The name is taken, or the state forbids it (409). */
    public static final class Conflict extends EngineException {
        private static final long serialVersionUID = 1;

        public Conflict(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
