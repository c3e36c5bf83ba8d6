package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.stack.ShellWords;
import dev.berth.gateway.workload.WorkloadRequest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

class WorkloadFormTest {
    /** A command on a page is one text; the words that are read from it are those it was made of. */
    @Property
    void wordsThatAreWrittenAsOneTextAreReadAsTheSameWords(
            @ForAll @Size(max = 5) @NotEmpty List<@NotEmpty String> words) {
        assertThat(ShellWords.split(WorkloadFilled.quoted(new ArrayList<>(words))))
                .contains(words);
    }

    @Property
    void linesThatAreWrittenAreReadAsTheSameListOrNotWritten(@ForAll @Size(max = 5) List<String> list) {
        String text = Lines.of(list);
        boolean plain = list.stream()
                .noneMatch(one -> one.isBlank() || one.lines().count() > 1 || one.matches("(?s).*[\\r\\n]"));
        assertThat(text != null).isEqualTo(plain);
        if (text != null) {
            assertThat(Lines.list(Lines.sent(text.replace("\n", "\r\n")))).isEqualTo(list);
        }
    }

    private static WorkloadForm form(Map<String, List<String>> sent) {
        MultiValueMap<String, String> map = new LinkedMultiValueMap<>();
        sent.forEach((name, values) -> map.put(name, new ArrayList<>(values)));
        return WorkloadForm.of(map);
    }

    @Test
    void aFormThatNobodyTypedInAsksForNothing() {
        assertThat(WorkloadForm.BLANK.changes(WorkloadForm.BLANK)).isEmpty();
    }

    @Test
    void rowsThatHoldNothingAreLeftOutAndTheOthersKeepTheirOrder() {
        WorkloadForm form = form(Map.of(
                "volumes.volume", List.of("", "vol_a", "", "vol_b"),
                "volumes.path", List.of("", "/a", "", "/b"),
                "volumes.read_only", List.of("false", "true", "false", "false")));
        assertThat(form.changes(WorkloadForm.BLANK))
                .containsExactly(Map.entry(
                        "volumes",
                        List.of(
                                Map.of("volume", "vol_a", "path", "/a", "read_only", true),
                                Map.of("volume", "vol_b", "path", "/b", "read_only", false))));
        assertThat(form.rows("volumes")).hasSize(3);
    }

    @Test
    void whatDoesNotGoWithTheKindIsNotAskedFor() {
        WorkloadForm form = form(Map.of(
                "kind", List.of("job"),
                "replicas", List.of("4"),
                "schedule.cron", List.of("@daily"),
                "max_runtime_s", List.of("60")));
        assertThat(form.changes(WorkloadForm.BLANK)).containsOnlyKeys("max_runtime_s");
    }

    @Test
    void whatIsWrongIsSaidOfItsInput() {
        WorkloadForm form = form(Map.of(
                "size", List.of("own"),
                "cpu_millis", List.of("many"),
                "memory_mib", List.of(""),
                "health_check.type", List.of("exec"),
                "health_check.command", List.of("sh 'x"),
                "env", List.of("A")));
        assertThatThrownBy(() -> form.changes(WorkloadForm.BLANK)).isInstanceOfSatisfying(Refusal.class, refusal -> {
            FieldErrors wrong = FieldErrors.of(refusal.problem());
            for (String input : List.of("cpu_millis", "memory_mib", "health_check.command", "env")) {
                assertThat(wrong.has(input)).as(input).isTrue();
            }
        });
    }

    @Test
    void aJobSaysHowManyRunAtOnceAndANetworkWhetherItIsInternal() {
        WorkloadForm form = form(Map.of(
                "kind", List.of("job"),
                "parallelism", List.of("3"),
                "completions", List.of("10"),
                "networks", List.of("front, backend:internal"),
                "pull_policy", List.of("always")));
        assertThat(form.changes(WorkloadForm.BLANK))
                .containsOnly(
                        Map.entry("parallelism", BigInteger.valueOf(3)),
                        Map.entry("completions", BigInteger.TEN),
                        Map.entry(
                                "networks",
                                List.of(
                                        Map.of("name", "front", "internal", false),
                                        Map.of("name", "backend", "internal", true))),
                        Map.entry("pull_policy", "always"));
        assertThat(form.priced().replicas()).isEqualTo(BigInteger.valueOf(3));
    }

    /** What a browser makes of a text before it sends it (HTML, 4.10.11 and 4.10.5.1.2). */
    @Property
    void aTextIsWrittenWhereABrowserSendsItAsItIs(@ForAll("broken") String text) {
        String area = text.replace("\r\n", "\n").replace('\r', '\n').replace("\n", "\r\n");
        assertThat(Lines.isSentAs(text)).isEqualTo(Lines.sent(area).equals(text));
        String line = text.replaceAll("[\r\n]", "");
        assertThat(Lines.isOne(text)).isEqualTo(line.equals(text));
    }

    @Provide
    Arbitrary<String> broken() {
        return Arbitraries.strings().withChars("a\r\n ").ofMaxLength(8);
    }

    @Test
    void ofAScaleOnlyWhatDiffersIsAskedFor() {
        WorkloadForm.Scale was = new WorkloadForm.Scale("2", "xs");
        WorkloadRequest same = WorkloadForm.scaled(new WorkloadForm.Scale(" 2", "xs"), was);
        assertThat(same).isEqualTo(WorkloadRequest.of(Map.of()));
        WorkloadRequest more = WorkloadForm.scaled(new WorkloadForm.Scale("3", "xs"), was);
        assertThat(more).isEqualTo(WorkloadRequest.of(Map.of("replicas", 3)));
        WorkloadRequest larger = WorkloadForm.scaled(new WorkloadForm.Scale("2", "s"), was);
        assertThat(larger).isEqualTo(WorkloadRequest.of(Map.of("size", "s")));
    }
}
