package dev.berth.launcher.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.launcher.data.LaunchException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    @TempDir
    Path temp;

    @Test
    void readsAnAnswerInChunks() throws Exception {
        byte[] raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n4;x\r\n:1}\n\r\n0\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        assertThat(EngineHttp.parse(raw).text()).isEqualTo("{\"a\":1}\n");
    }

    @Test
    void refusesAnAnswerThatBreaksOff() {
        for (String raw : List.of(
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
                "220 smtp")) {
            assertThatThrownBy(() -> EngineHttp.parse(raw.getBytes(StandardCharsets.US_ASCII)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aStoppedEngineCannotHangACall() throws Exception {
        Path socket = temp.resolve("silent.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> EngineHttp.at("unix://" + socket)
                            .call("GET", "/_ping", "", new byte[0], Duration.ofMillis(200)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within");
        }
    }

    @Test
    void asksOverAUnixSocket() throws Exception {
        Path socket = temp.resolve("engine.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> answer(server, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"));
            assertThat(new Engine("unix://" + socket).inspect("nothing")).isEmpty();
        }
    }

    private static void answer(ServerSocketChannel server, String text) {
        try (SocketChannel client = server.accept()) {
            client.read(ByteBuffer.allocate(4096));
            client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anEngineThatIsNotThereIsAProblemWithAReason() {
        Engine engine = new Engine("unix://" + temp.resolve("none.sock"));
        assertThat(engine.answers()).isFalse();
        assertThat(engine.problem()).isPresent();
        assertThatThrownBy(engine::version).isInstanceOf(LaunchException.class);
        assertThatThrownBy(() -> new Engine("ssh://host")).isInstanceOf(LaunchException.class);
    }

    @Test
    void onlyAStaticProgramGoesIntoTheSampleImage() throws Exception {
        byte[] elf = new byte[256];
        ByteBuffer header = ByteBuffer.wrap(elf).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, 0x464c457f)
                .put(4, (byte) 2)
                .putLong(32, 64)
                .putShort(54, (short) 56)
                .putShort(56, (short) 2);
        header.putInt(64, 1).putInt(120, 1);
        assertThat(SampleImage.isStaticElf(elf)).isTrue();
        header.putInt(120, 3);
        assertThat(SampleImage.isStaticElf(elf)).isFalse();
        assertThat(SampleImage.isStaticElf("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(SampleImage.isStaticElf(Files.readAllBytes(Path.of("/bin/sh"))))
                .isFalse();
    }

    @Test
    void theSampleImagesRootHasAShellAndNothingOfTheHost() throws Exception {
        byte[] tar = SampleImage.rootFileSystem(new byte[] {1, 2, 3}, List.of("sh", "httpd"));
        List<String> names = new ArrayList<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName() + (entry.isSymbolicLink() ? " -> " + entry.getLinkName() : ""));
            }
        }
        assertThat(names).contains("bin/busybox", "bin/sh -> busybox", "bin/httpd -> busybox", "tmp/", "etc/passwd");
    }
}
