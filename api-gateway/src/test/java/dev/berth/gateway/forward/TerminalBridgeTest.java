package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;

class TerminalBridgeTest {
    private final TerminalBridge bridge = new TerminalBridge();
    private final List<CloseStatus> closed = new ArrayList<>();

    private final WebSocketSession customer = of(
            WebSocketSession.class,
            Map.of("isOpen", _ -> closed.isEmpty(), "close", arguments -> closed.add((CloseStatus) arguments[0])));

    /** It answers each close at once, before the one who closed it can do anything else. */
    private final WebSocket owner =
            of(WebSocket.class, Map.of("isOutputClosed", _ -> false, "sendClose", this::closedByOwner));

    private @Nullable Object closedByOwner(Object... closing) {
        bridge.onClose(owner, WebSocket.NORMAL_CLOSURE, "");
        return null;
    }

    private static <T> T of(Class<T> type, Map<String, Function<Object[], @Nullable Object>> methods) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    Function<Object[], @Nullable Object> known = methods.get(method.getName());
                    @Nullable
                    Object answer = known == null ? null : known.apply(arguments == null ? new Object[0] : arguments);
                    return method.getReturnType() == void.class ? null : answer;
                }));
    }

    @Test
    void whoIsNotLetInAnyMoreIsToldSoThoughTheProgramsSideIsClosedFirst() throws Exception {
        bridge.to(owner);
        bridge.afterConnectionEstablished(customer); // without a lease, as with one that is over
        assertThat(closed).extracting(CloseStatus::getCode).containsExactly(1008);
    }
}
