package dev.berth.launcher.data;

/** Something that stops the launcher, said to a person: what is wrong, and what to do about it. Never carries a secret. */
public final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String advice;

    /** With the problem in one sentence and the advice in one or more lines. */
    public LaunchException(String problem, String advice) {
        super(problem);
        this.advice = advice;
    }

    /** The same, with the cause kept. */
    public LaunchException(String problem, String advice, Throwable cause) {
        super(problem, cause);
        this.advice = advice;
    }

    /** What to do; one or more lines. */
    public String advice() {
        return advice;
    }
}
