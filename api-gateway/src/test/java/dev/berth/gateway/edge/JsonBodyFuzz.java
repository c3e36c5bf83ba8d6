package dev.berth.gateway.edge;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.mock.http.MockHttpInputMessage;
import tools.jackson.databind.json.JsonMapper;

/** Bodies as Spring reads them for a handler: what cannot be read is 400 or 422 with a reason, however deep and however large its numbers are. */
final class JsonBodyFuzz implements FuzzTarget {
    /** A field of each type that bodies have. */
    record Body(
            @Nullable String name,
            @Nullable BigInteger count,
            @Nullable Integer number,
            @Nullable Long large,
            @Nullable BigDecimal decimal,
            @Nullable Boolean on,
            @Nullable Scope scope,
            @Nullable List<@Nullable String> words,
            @Nullable Map<String, @Nullable BigInteger> counts,
            @Nullable Body inner) {}

    private final JacksonJsonHttpMessageConverter converter = new JacksonJsonHttpMessageConverter(mapper());

    private static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder();
        EdgeConfiguration.strictJson().customize(builder);
        return builder.build();
    }

    @Override
    public int executions() {
        return 20_000;
    }

    @Override
    public void execute(byte[] input) throws IOException {
        try {
            Body body = (Body) converter.read(Body.class, new MockHttpInputMessage(input));
            if (body != null) {
                Json.mapper().writeValueAsBytes(body);
            }
        } catch (HttpMessageNotReadableException e) {
            Problem problem = JsonProblems.of(e).problem();
            int status = problem.code().status();
            must(status == 400 || status == 422, "refused as %s", problem);
            must(!problem.detail().isBlank() && problem.detail().length() < 2000, "'%s' says too much", problem);
            must(problem.code() != ErrorCode.INVALID || !problem.errors().isEmpty(), "no field in %s", problem);
            must(Words.isPlain(problem.detail()), "'%s' has control characters", problem.detail());
        }
    }
}
