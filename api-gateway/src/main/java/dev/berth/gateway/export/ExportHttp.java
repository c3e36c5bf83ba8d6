package dev.berth.gateway.export;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The export over HTTP. */
@RestController
class ExportHttp {
    /** As the audit log calls it: a read that it tells of all the same. */
    static final String ACTION = "GET /v1/account/export.zip";

    private final Export export;

    ExportHttp(Export export) {
        this.export = export;
    }

    @Requires(Scope.ACCOUNT_WRITE)
    @GetMapping("/v1/account/export.zip")
    @ApiResponse(
            responseCode = "200",
            description = "The file.",
            content = @Content(mediaType = "application/zip", schema = @Schema(type = "string", format = "binary")))
    void export(Principal.Customer caller, RequestContext context, HttpServletResponse response) {
        export.write(caller, context, () -> {
            response.setContentType("application/zip");
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION,
                    ContentDisposition.attachment()
                            .filename(caller.account() + ".zip")
                            .build()
                            .toString());
            try {
                return response.getOutputStream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
