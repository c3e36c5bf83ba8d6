package dev.berth.stripe;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The double's own API by HTTP. */
record Control(StripeDouble stripe) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    JsonObject post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body);
    }

    JsonObject get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    JsonObject delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, "");
    }

    private JsonObject send(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(stripe.apiBase() + "/_double/" + path))
                        .header("Authorization", "Bearer " + stripe.secretKey())
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }
}
