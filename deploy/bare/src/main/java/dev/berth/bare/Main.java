package dev.berth.bare;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Things with a name: list, get, create, each one statement. Takes the settings of Spring Boot from its environment ({@code SERVER_PORT},
 * {@code SPRING_DATASOURCE_URL} …) and makes its table where there is none.
 */
@SpringBootApplication
@RestController
public class Main {
    private static final int ROWS = 50;

    private final JdbcClient jdbc;

    /** A thing. */
    public record Thing(UUID id, String name, String text) {}

    /** With its table. */
    public Main(JdbcClient jdbc) {
        this.jdbc = jdbc;
        jdbc.sql("create table if not exists thing (id uuid primary key, name text not null, text text not null)")
                .update();
    }

    /** Runs until it is stopped. */
    public static void main(String[] arguments) {
        SpringApplication.run(Main.class, arguments);
    }

    /** The latest. */
    @GetMapping("/things")
    public Map<String, List<Thing>> list() {
        List<Thing> things = jdbc.sql("select id, name, text from thing order by id desc limit ?")
                .param(ROWS)
                .query(Thing.class)
                .list();
        return Map.of("data", things);
    }

    /** One. */
    @GetMapping("/things/{id}")
    public ResponseEntity<Thing> get(@PathVariable("id") UUID id) {
        return ResponseEntity.of(jdbc.sql("select id, name, text from thing where id = ?")
                .param(id)
                .query(Thing.class)
                .optional());
    }

    /** Makes one. */
    @PostMapping("/things")
    public ResponseEntity<Thing> create(@RequestBody Thing asked) {
        jdbc.sql("insert into thing (id, name, text) values (?, ?, ?)")
                .params(asked.id(), asked.name(), asked.text())
                .update();
        return ResponseEntity.created(URI.create("/things/" + asked.id())).body(asked);
    }
}
