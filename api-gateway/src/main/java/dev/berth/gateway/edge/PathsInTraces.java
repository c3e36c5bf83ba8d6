package dev.berth.gateway.edge;

import io.micrometer.common.KeyValue;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;

/** What spans say of a request: as Spring has it, but for the secrets that are part of a path. */
@Component
class PathsInTraces extends DefaultServerRequestObservationConvention {
    @Override
    protected KeyValue httpUrl(ServerRequestObservationContext context) {
        KeyValue url = super.httpUrl(context);
        return KeyValue.of(url.getKey(), Words.path(url.getValue()));
    }
}
