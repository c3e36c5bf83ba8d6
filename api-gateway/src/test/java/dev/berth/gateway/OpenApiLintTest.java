package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spectral's rules for OpenAPI, and our own in {@code src/test/spectral}, hold for the document that the gateway serves. */
class OpenApiLintTest extends GatewayTest {
    private static final Path RULES = Path.of("src/test/spectral");

    @Test
    void hasNothingToFindFault(@TempDir Path folder) throws IOException, InterruptedException {
        for (String file : List.of("package.json", "package-lock.json", ".spectral.yaml")) {
            Files.copy(RULES.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        run(
                folder,
                300,
                "npm",
                "ci",
                "--prefer-offline",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error");
        Path document = folder.resolve("openapi.json");
        Files.writeString(document, api().get("/v1/openapi.json").expect(200).body());
        String spectral = folder.resolve("node_modules/.bin/spectral").toString();
        assertThat(run(folder, 120, spectral, "lint", document.toString(), "--fail-severity=warn", "--format=text"))
                .contains("No results");
        // The rules can fail: a document without descriptions is found fault with.
        Path bare = folder.resolve("bare.json");
        Files.writeString(bare, """
                {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/v1/x": {"get": {
                 "parameters": [{"name": "camelCase", "in": "query", "schema": {"type": "string"}}],
                 "responses": {"404": {"description": "none", "content": {"application/json": {}}}}}}}}""");
        assertThat(exit(folder, 120, spectral, "lint", bare.toString(), "--fail-severity=warn", "--format=text").text)
                .contains("berth-snake-case")
                .contains("berth-problem")
                .contains("berth-success-response");
    }

    private record Ended(int code, String text) {}

    private static String run(Path folder, int seconds, String... command) throws IOException, InterruptedException {
        Ended ended = exit(folder, seconds, command);
        assertThat(ended.code)
                .as("%s: %s", String.join(" ", command), ended.text)
                .isZero();
        return ended.text;
    }

    private static Ended exit(Path folder, int seconds, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("%s did not end within %d s".formatted(command[0], seconds));
        }
        return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    }
}
