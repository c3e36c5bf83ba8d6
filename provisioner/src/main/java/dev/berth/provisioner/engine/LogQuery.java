package dev.berth.provisioner.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which output: the last {@code tail} lines (null: all), written at or after {@code since}; {@code follow} waits for more. */
public record LogQuery(@Nullable Integer tail, @Nullable Instant since, boolean follow) {}
