package dev.berth.provisioner.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import dev.berth.schema.wire.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images for tests, made of Debian's static busybox and loaded as {@code docker load} does, with any metadata one likes. */
public final class TestImages {
    /** A shell and the usual tools, without any metadata. */
    public static final String BUSYBOX = "berth-test/busybox:1";

    private static final Path BINARY = Path.of("/bin/busybox");
    private static final List<String> TOOLS = List.of(
            "sh",
            "sleep",
            "echo",
            "cat",
            "id",
            "ls",
            "mount",
            "kill",
            "true",
            "false",
            "dd",
            "env",
            "touch",
            "head",
            "hostname",
            "date",
            "wget",
            "nslookup",
            "ping",
            "seq",
            "printf",
            "yes",
            "grep",
            "mkdir",
            "nc",
            "wc");

    private TestImages() {}

    /** A client of the engine under test, for what Berth itself never does. */
    public static DockerClient client() {
        return client(host());
    }

    static DockerClient client(String host) {
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(host)
                .build();
        return DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
    }

    /** Where the engine under test is. */
    public static String host() {
        String host = System.getenv("BERTH_DOCKER_HOST");
        return host == null ? "unix:///var/run/docker.sock" : host;
    }

    /** Loads {@link #BUSYBOX} unless it is there. */
    public static void busybox() {
        busybox(host());
    }

    /** Loads it into another engine. */
    static void busybox(String host) {
        load(host, BUSYBOX, Map.of("Cmd", List.of("/bin/sh", "-c", "while :; do sleep 1; done")));
    }

    /** Loads an image of busybox with this metadata; {@code config} is the inner config of the OCI image specification. */
    public static void load(String name, Map<String, Object> config) {
        load(host(), name, config);
    }

    private static void load(String host, String name, Map<String, Object> config) {
        try (DockerClient client = client(host)) {
            client.loadImageCmd(new ByteArrayInputStream(archive(name, config))).exec();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] archive(String name, Map<String, Object> config) throws IOException {
        if (!Files.isExecutable(BINARY)) {
            throw new IllegalStateException("these tests need /bin/busybox: apt-get install busybox-static");
        }
        byte[] layer = layer();
        byte[] json = config(layer, config);
        String configName = sha256(json) + ".json";
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("Config", configName);
        manifest.put("RepoTags", List.of(name));
        manifest.put("Layers", List.of("layer.tar"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            file(tar, configName, json, 0644);
            file(tar, "layer.tar", layer, 0644);
            file(
                    tar,
                    "manifest.json",
                    Json.mapper().writeValueAsString(List.of(manifest)).getBytes(StandardCharsets.UTF_8),
                    0644);
        }
        return bytes.toByteArray();
    }

    /** The configuration of an image with one layer, as the OCI image specification has it. */
    static byte[] config(byte[] layer, Map<String, Object> config) {
        Map<String, Object> image = new LinkedHashMap<>();
        image.put("architecture", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
        image.put("os", "linux");
        Map<String, Object> inner = new LinkedHashMap<>(Map.of("Env", List.of("PATH=/bin")));
        inner.putAll(config);
        image.put("config", inner);
        image.put("rootfs", Map.of("type", "layers", "diff_ids", List.of("sha256:" + sha256(layer))));
        return Json.mapper().writeValueAsString(image).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] layer() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            directory(tar, "bin/");
            directory(tar, "etc/");
            directory(tar, "tmp/", 01777);
            file(tar, "bin/busybox", Files.readAllBytes(BINARY), 0755);
            for (String tool : TOOLS) {
                TarArchiveEntry link = new TarArchiveEntry("bin/" + tool, TarArchiveEntry.LF_SYMLINK);
                link.setLinkName("busybox");
                link.setModTime(0);
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
            file(
                    tar,
                    "etc/passwd",
                    "root:x:0:0::/:/bin/sh\nadmin:x:0:0::/:/bin/sh\n".getBytes(StandardCharsets.UTF_8),
                    0644);
        }
        return bytes.toByteArray();
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        directory(tar, name, 0755);
    }

    private static void directory(TarArchiveOutputStream tar, String name, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(mode);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
