package dev.berth.launcher.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which known ways out of a container a version of runc leaves open. From runc's own security advisories; a distribution may carry
 * a fix under an older number, so its package's changelog is asked too.
 */
public final class RuncRules {
    private static final List<String> NOVEMBER_2025 = List.of("1.2.8", "1.3.3", "1.4.0-rc.3");
    private static final List<Advisory> ADVISORIES = List.of(
            new Advisory(
                    "CVE-2024-21626",
                    "a leaked file descriptor lets a container reach the host's files",
                    List.of("1.1.12")),
            new Advisory(
                    "CVE-2025-31133",
                    "/dev/null swapped for a link while paths are masked lets a container write to the host's /proc",
                    NOVEMBER_2025),
            new Advisory(
                    "CVE-2025-52565",
                    "/dev/console bound before paths are masked lets a container write to the host's /proc",
                    NOVEMBER_2025),
            new Advisory(
                    "CVE-2025-52881",
                    "writes to /proc can be turned elsewhere, past the security labels",
                    NOVEMBER_2025));

    private RuncRules() {}

    /**
     * A known hole.
     *
     * @param cve its number
     * @param what what it lets a container do
     * @param fixedIn the first version of each line that has the fix
     */
    private record Advisory(String cve, String what, List<String> fixedIn) {
        boolean fixed(String version) {
            String line = line(version);
            for (String first : fixedIn) {
                if (line(first).equals(line)) {
                    return compare(version, first) >= 0;
                }
            }
            return compare(version, fixedIn.getLast()) > 0;
        }
    }

    /**
     * What a runc means for tenants.
     *
     * @param version as runc says it, such as {@code 1.1.5+ds1}
     * @param packageVersion of the distribution's package; empty when it is not from one
     * @param changelog of that package, which names the holes it mends; empty when there is none
     */
    public static List<Finding> findings(String version, String packageVersion, String changelog) {
        String plain = version.replaceFirst("[+~ ].*$", "").replaceFirst("^v", "");
        List<Finding> findings = new ArrayList<>();
        if (!plain.matches("\\d+\\.\\d+\\.\\d+.*")) {
            return List.of(Finding.note(
                    "runc",
                    "version '%s'".formatted(version),
                    "The engine does not tell a version that can be judged.",
                    "Look up its advisories."));
        }
        for (Advisory advisory : ADVISORIES) {
            if (advisory.fixed(plain)) {
                continue;
            }
            if (!packageVersion.isEmpty() && changelog.contains(advisory.cve())) {
                findings.add(Finding.ok(
                        "runc",
                        "the distribution's package %s carries the fix of %s"
                                .formatted(packageVersion, advisory.cve())));
            } else {
                findings.add(Finding.warning(
                        "runc",
                        "version %s%s is open to %s"
                                .formatted(
                                        version,
                                        packageVersion.isEmpty() ? "" : " (package " + packageVersion + ")",
                                        advisory.cve()),
                        "Upstream says: " + advisory.what()
                                + ". A tenant who brings an image may use it to leave the container.",
                        "Install runc %s or later, or a package whose changelog names %s."
                                .formatted(String.join(", ", advisory.fixedIn()), advisory.cve())));
            }
        }
        if (findings.isEmpty()) {
            findings.add(
                    Finding.ok("runc", "version %s, open to none of the holes known to this Berth".formatted(version)));
        }
        return findings;
    }

    private static String line(String version) {
        String[] parts = version.split("[.-]");
        return parts[0] + "." + parts[1];
    }

    /** Compares by numbers; a release is later than its candidates. */
    static int compare(String left, String right) {
        int byNumbers = Arrays.compare(numbers(left), numbers(right));
        if (byNumbers != 0) {
            return byNumbers;
        }
        return Integer.compare(candidate(left), candidate(right));
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("-", 2)[0].split("\\."))
                .mapToInt(RuncRules::number)
                .toArray();
    }

    private static int candidate(String version) {
        return version.contains("-") ? number(version.replaceFirst("^.*-\\D*", "")) : Integer.MAX_VALUE;
    }

    private static int number(String text) {
        String digits = text.replaceAll("[^0-9].*$", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
