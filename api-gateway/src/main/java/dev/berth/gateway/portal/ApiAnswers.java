package dev.berth.gateway.portal;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which statuses an operation answers: what it answers when it is done, from {@code portal/api-answers.txt}, since no handler's signature
 * tells; and every refusal that it may meet.
 */
final class ApiAnswers {
    private static final Map<String, List<String>> DONE = read();
    private static final Map<String, String> WORDS = Map.of(
            "200", "It is done.", "201", "It is made.", "202", "It is wished, and goes on.", "204", "It is done.");
    private static final Map<String, String> ERRORS = new LinkedHashMap<>();

    static {
        ERRORS.put("400", "The request cannot be read.");
        ERRORS.put("401", "Nobody is signed in, or the key is not known.");
        ERRORS.put("402", "The account is suspended, a cap is reached, or a payment was declined.");
        ERRORS.put("403", "The caller may not do that.");
        ERRORS.put("404", "There is no such thing, or it is another account's.");
        ERRORS.put("406", "The answer has no form that `Accept` names.");
        ERRORS.put("409", "It does not fit what is there, or the `Idempotency-Key` was used for another request.");
        ERRORS.put("412", "The object has changed since `If-Match` was read.");
        ERRORS.put("413", "The body is larger than 1 MiB.");
        ERRORS.put("415", "The body is no JSON.");
        ERRORS.put("422", "Something in the request is not allowed; `errors` names each field.");
        ERRORS.put("429", "Too many requests; `Retry-After` says when to come back.");
        ERRORS.put("503", "A part of Berth does not answer; `Retry-After` says when to come back.");
    }

    private ApiAnswers() {}

    /**
     * Completes the answers of an operation.
     *
     * @param problem the name of the schema of refusals
     */
    static void complete(HttpMethod method, String path, Operation operation, String problem) {
        ApiResponses responses = operation.getResponses() == null ? new ApiResponses() : operation.getResponses();
        done(method, path, responses);
        ERRORS.forEach((status, words) -> {
            if (meets(status, method, path, operation) && !responses.containsKey(status)) {
                responses.addApiResponse(status, refusal(words, problem));
            }
        });
        operation.setResponses(responses);
    }

    private static void done(HttpMethod method, String path, ApiResponses responses) {
        ApiResponse usual = responses.get("200");
        List<String> statuses = DONE.get(method + " " + path);
        if (usual == null || statuses == null) {
            return;
        }
        responses.remove("200");
        for (String status : statuses) {
            ApiResponse response = new ApiResponse().description(Objects.requireNonNull(WORDS.get(status)));
            responses.addApiResponse(status, status.equals("204") ? response : response.content(usual.getContent()));
        }
    }

    private static boolean meets(String status, HttpMethod method, String path, Operation operation) {
        boolean open =
                operation.getSecurity() == null || operation.getSecurity().isEmpty();
        boolean writes = method != HttpMethod.GET;
        return switch (status) {
            case "401", "403" -> !open || writes;
            case "402" -> writes && !open;
            case "404" -> path.contains("{") || path.startsWith("/operator/") || writes || takes(operation, "invoice");
            case "409", "413", "415" -> writes;
            case "412" -> takes(operation, "If-Match");
            default -> true;
        };
    }

    private static boolean takes(Operation operation, String parameter) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(one -> parameter.equals(one.getName()));
    }

    private static ApiResponse refusal(String words, String problem) {
        Schema<?> schema = new Schema<>().$ref("#/components/schemas/" + problem);
        return new ApiResponse()
                .description(words)
                .content(new Content().addMediaType("application/problem+json", new MediaType().schema(schema)));
    }

    private static Map<String, List<String>> read() {
        Map<String, List<String>> done = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(
                        ApiAnswers.class.getResourceAsStream("/portal/api-answers.txt"), "portal/api-answers.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    List<String> words = List.of(line.split(" "));
                    done.put(words.get(0) + " " + words.get(1), words.subList(2, words.size()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return done;
    }
}
