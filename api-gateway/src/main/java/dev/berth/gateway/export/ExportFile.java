package dev.berth.gateway.export;

import dev.berth.gateway.edge.Sha256;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A ZIP of files with one JSON object a line, and a manifest of them at its end: one without a manifest is not whole. For one thread.
 */
final class ExportFile implements AutoCloseable {
    static final String MANIFEST = "manifest.json";

    private final ZipOutputStream zip;
    private final ArrayNode files = Json.mapper().createArrayNode();
    private String name = "";
    private long rows;
    private long bytes;
    private MessageDigest digest = Sha256.begin();
    private boolean whole;

    ExportFile(OutputStream out) {
        zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    }

    void begin(String table) throws IOException {
        name = table + ".ndjson";
        rows = 0;
        bytes = 0;
        digest = Sha256.begin();
        zip.putNextEntry(new ZipEntry(name));
    }

    void add(Object row) throws IOException {
        byte[] line = (Json.mapper().writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8);
        rows++;
        bytes += line.length;
        digest.update(line);
        zip.write(line);
    }

    void end() throws IOException {
        zip.closeEntry();
        files.addObject()
                .put("name", name)
                .put("rows", rows)
                .put("bytes", bytes)
                .put("sha256", HexFormat.of().formatHex(digest.digest()));
    }

    /** Writes the manifest; nothing comes after it. */
    void finish(AccountId account, Instant asOf, Map<String, String> leftOut) throws IOException {
        ObjectNode manifest = Json.mapper()
                .createObjectNode()
                .put("format", "berth-export-1")
                .put("account", account.toString())
                .put("as_of", Json.text(asOf));
        manifest.set("files", files);
        manifest.set("left_out", Json.mapper().valueToTree(new TreeMap<>(leftOut)));
        zip.putNextEntry(new ZipEntry(MANIFEST));
        zip.write(Json.mapper().writeValueAsBytes(manifest));
        zip.closeEntry();
        zip.finish();
        whole = true;
    }

    /** Leaves one that is not whole without the directory that a ZIP ends with, so that no tool takes it for whole. */
    @Override
    public void close() throws IOException {
        if (whole) {
            zip.close();
        }
    }
}
