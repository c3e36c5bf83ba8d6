package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.berth.walk.compose.PartContainer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** An operator with one machine runs Berth from its images, as {@code deploy/stack} says, and sells seconds with it. */
@Tag("walk")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TheRingRunsFromItsImagesTest {
    /** What Java ends with when it was asked to by SIGTERM and ran all its hooks; 137 would be a kill. */
    private static final int ENDED_ON_SIGTERM = 143;

    private static StackRing ring;

    @BeforeAll
    static void up() {
        ring = StackRing.up();
    }

    @AfterAll
    static void nothingIsLeft() {
        if (ring != null) {
            ring.close();
            assertThat(ring.onTheEngine()).isEmpty();
        }
    }

    @Test
    @Order(1)
    void noPartHasMoreRightsThanItNeeds() throws Exception {
        for (PartContainer part : ring.parts()) {
            Map<String, String> status = firstProcess(part);
            assertThat(status.get("Uid").split("\\s+"))
                    .as("user of %s", part.part().name())
                    .doesNotContain("0");
            assertThat(Long.parseLong(status.get("CapEff"), 16))
                    .as("capabilities of %s", part.part().name())
                    .isZero();
            assertThat(status.get("NoNewPrivs")).as(part.part().name()).isEqualTo("1");
        }
        for (String service : StackRing.SERVICES) {
            PartContainer container = ring.part(service);
            assertThat(Long.parseLong(firstProcess(container).get("CapBnd"), 16))
                    .as("capabilities that %s could ever have", service)
                    .isZero();
            assertThat(container.execInContainer("touch", "/opt/berth/mine").getExitCode())
                    .as("%s writes on its root", service)
                    .isNotZero();
            assertThat(container.execInContainer("touch", "/tmp/mine").getExitCode())
                    .as("%s writes on /tmp", service)
                    .isZero();
            var host = container.getContainerInfo().getHostConfig();
            assertThat(host.getMemory()).as("memory of %s", service).isEqualTo(640L << 20);
            assertThat(host.getPidsLimit()).as("processes of %s", service).isEqualTo(512);
            assertThat(host.getBinds())
                    .as("the engine's socket in %s", service)
                    .hasSize(service.equals("provisioner") ? 1 : 0);
        }
    }

    @Test
    @Order(2)
    void everySecondThatDockerSawIsOnThePaidInvoiceAndNoOther() {
        Customer customer = Customer.signUp(ring);
        try (Witness witness = new Witness(customer.account())) {
            String web = customer.launch("web", "service", 1);
            String job = customer.launch("report", "job", 1, "/bin/sh", "-c", "echo forty-two; sleep 2");
            customer.awaitRunning(web, 1);
            customer.awaitObserved(job, "finished");
            assertThat(customer.api().text("/v1/workloads/" + job + "/logs")).contains("forty-two");
            customer.api().post("/v1/workloads/" + web + "/stop", "").expect(202);
            customer.awaitObserved(web, "stopped");

            Map<String, Long> docker = witness.ms();
            assertThat(docker).hasSize(2);
            Until.value("the meter agrees with Docker", Duration.ofSeconds(20), customer::meter, docker::equals);
            JsonNode invoice = customer.close(ring);
            String id = invoice.at("/id").asString();
            assertThat(customer.invoiced(id)).isEqualTo(docker);
            assertThat(invoice.at("/amount_due/amount_minor").asLong()).isPositive();

            JsonNode paid = customer.api()
                    .post("/v1/invoices/" + id + "/pay", SignupToPaidInvoiceTest.card("4242424242424242"))
                    .expect(200);
            assertThat(paid.at("/status").asString()).isEqualTo("paid");
            assertThat(paid.at("/amount_due/amount_minor").asLong()).isZero();
            assertThat(ring.operator()
                            .get("/operator/v1/quarantine")
                            .expect(200)
                            .at("/data"))
                    .isEmpty();
        }
    }

    @Test
    @Order(3)
    void everyServiceEndsInItsGraceAndCustomersContainersGoOn() {
        Customer customer = Customer.signUp(ring);
        try (Witness witness = new Witness(customer.account())) {
            customer.awaitRunning(customer.launch("web", "service", 1), 1);
            for (String service : StackRing.SERVICES) {
                PartContainer container = ring.part(service);
                long begun = System.nanoTime();
                container
                        .getDockerClient()
                        .stopContainerCmd(container.getContainerId())
                        .exec();
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .as("the end of %s", service)
                        .isLessThan(container.part().grace());
                ContainerState state = container.getCurrentContainerInfo().getState();
                assertThat(state.getExitCodeLong()).as("%s, %s", service, state).isEqualTo(ENDED_ON_SIGTERM);
            }
            assertThat(witness.running()).isOne();
        }
    }

    /** What the kernel says of the process with the number 1 in a container. */
    private static Map<String, String> firstProcess(PartContainer part) throws IOException, InterruptedException {
        Map<String, String> status = new TreeMap<>();
        part.execInContainer("cat", "/proc/1/status").getStdout().lines().forEach(line -> {
            int colon = line.indexOf(':');
            status.put(line.substring(0, colon), line.substring(colon + 1).strip());
        });
        return status;
    }
}
