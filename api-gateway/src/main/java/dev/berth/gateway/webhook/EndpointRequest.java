package dev.berth.gateway.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a customer sends to make an endpoint or to change one; nothing in it is checked yet. Of a change, what is not given stays.
 *
 * @param events filters such as {@code container.*} and {@code invoice.finalized}; none is all
 * @param disabled whether nothing is sent to it
 */
public record EndpointRequest(
        @Nullable String url,
        @Nullable String description,
        @Nullable List<@Nullable String> events,
        @Nullable Boolean disabled) {}
