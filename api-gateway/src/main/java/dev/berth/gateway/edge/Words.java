package dev.berth.gateway.edge;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Text of a caller's, made fit to be shown, and the word they may have meant. */
public final class Words {
    private static final int SHOWN = 64;

    /** What stands before a secret in a path. */
    private static final List<String> BEFORE_SECRETS = List.of(
            "/v1/triggers/",
            "/v1/invitations/",
            "/join/",
            "/v1/email_verification/",
            "/v1/password_reset/",
            "/verify/",
            "/password-reset/");

    private Words() {}

    /** Whether a text can be stored and shown as one line: no control characters, and no halves of characters. */
    public static boolean isPlain(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    /** At most 64 characters; control characters, and halves of characters, as {@code ?}. */
    public static String cut(String text) {
        String clean = text.codePoints()
                .limit(SHOWN)
                .map(c -> isShown(c) ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return clean.length() < text.length() ? clean + "…" : clean;
    }

    private static boolean isShown(int c) {
        int type = Character.getType(c);
        return !Character.isISOControl(c) && type != Character.FORMAT && type != Character.SURROGATE;
    }

    /** The path of a request as logs and traces may show it: without the secret in the URL of a trigger or of a link in a mail, which is all that a call of it needs. */
    public static String path(String path) {
        for (String before : BEFORE_SECRETS) {
            int at = path.indexOf(before);
            if (at >= 0) {
                return path.substring(0, at + before.length()) + "…";
            }
        }
        return path;
    }

    /** The known word with the fewest changes to what was written, if a third of it or less differs. */
    public static Optional<String> closest(String written, Collection<String> known) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String word : known) {
            int most = Math.max(2, word.length() / 3);
            if (Math.abs(Math.min(written.length(), SHOWN) - Math.min(word.length(), SHOWN)) > most) {
                continue; // no distance is less than the difference of the lengths
            }
            int distance = distance(written, word);
            boolean better = distance < least || (distance == least && best != null && word.compareTo(best) < 0);
            if (distance <= most && better) {
                best = word;
                least = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Levenshtein's distance of the first 64 characters. */
    static int distance(String a, String b) {
        int[] row = new int[Math.min(b.length(), SHOWN) + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= Math.min(a.length(), SHOWN); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[row.length - 1];
    }
}
