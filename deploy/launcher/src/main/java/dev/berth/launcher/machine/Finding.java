package dev.berth.launcher.machine;

/**
 * One thing that the doctor saw.
 *
 * @param level how bad it is
 * @param subject what was looked at, in a word or two
 * @param seen what was seen
 * @param meaning what that means for Berth and its tenants; empty when all is well
 * @param advice what to do; empty when nothing
 */
public record Finding(Level level, String subject, String seen, String meaning, String advice) {
    /** How bad a finding is; only an {@code ERROR} keeps Berth from running safely or at all. */
    public enum Level {
        OK,
        NOTE,
        WARNING,
        ERROR
    }

    /** All is well. */
    public static Finding ok(String subject, String seen) {
        return new Finding(Level.OK, subject, seen, "", "");
    }

    /** Good to know. */
    public static Finding note(String subject, String seen, String meaning, String advice) {
        return new Finding(Level.NOTE, subject, seen, meaning, advice);
    }

    /** Should be mended. */
    public static Finding warning(String subject, String seen, String meaning, String advice) {
        return new Finding(Level.WARNING, subject, seen, meaning, advice);
    }

    /** Must be mended. */
    public static Finding error(String subject, String seen, String meaning, String advice) {
        return new Finding(Level.ERROR, subject, seen, meaning, advice);
    }
}
