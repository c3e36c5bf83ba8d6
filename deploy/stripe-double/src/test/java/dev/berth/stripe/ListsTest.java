package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.AuthenticationException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeCollection;
import com.stripe.param.CustomerListParams;
import com.stripe.param.CustomerSearchParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.EventListParams;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentSearchParams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists, searches, and what is refused. */
class ListsTest {
    private final Played played = new Played();

    @AfterEach
    void close() {
        played.close();
    }

    private List<String> customers(int count) throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.addFirst(played.customer().getId());
        }
        return ids;
    }

    private static List<String> ids(StripeCollection<Customer> page) {
        return page.getData().stream().map(Customer::getId).toList();
    }

    @Test
    void pagesGoForwardsAndBackwardsWithoutAGapOrARepeat() throws Exception {
        List<String> all = customers(7);
        StripeCollection<Customer> first = played.client
                .v1()
                .customers()
                .list(CustomerListParams.builder().setLimit(3L).build());
        assertThat(ids(first)).isEqualTo(all.subList(0, 3));
        assertThat(first.getHasMore()).isTrue();
        StripeCollection<Customer> last = played.client
                .v1()
                .customers()
                .list(CustomerListParams.builder()
                        .setLimit(4L)
                        .setStartingAfter(all.get(2))
                        .build());
        assertThat(ids(last)).isEqualTo(all.subList(3, 7));
        assertThat(last.getHasMore()).isFalse();
        StripeCollection<Customer> back = played.client
                .v1()
                .customers()
                .list(CustomerListParams.builder()
                        .setLimit(2L)
                        .setEndingBefore(all.get(4))
                        .build());
        assertThat(ids(back)).isEqualTo(all.subList(2, 4));
        assertThat(back.getHasMore()).isTrue();
        List<String> walked = new ArrayList<>();
        played.client
                .v1()
                .customers()
                .list(CustomerListParams.builder().setLimit(2L).build())
                .autoPagingIterable()
                .forEach(customer -> walked.add(customer.getId()));
        assertThat(walked).isEqualTo(all);
    }

    @Test
    void eventsAreListedByTimeAndTypeAndFromACursorOn() throws Exception {
        played.customer();
        played.stripe.advance(Duration.ofHours(5));
        long since = played.stripe.now().getEpochSecond();
        Customer later = played.customer();
        played.saved(later, "pm_card_visa");
        StripeCollection<Event> recent = played.client
                .v1()
                .events()
                .list(EventListParams.builder()
                        .setCreated(
                                EventListParams.Created.builder().setGte(since).build())
                        .build());
        assertThat(recent.getData().stream().map(Event::getType))
                .containsExactly("payment_method.attached", "customer.created");
        assertThat(played.client
                        .v1()
                        .events()
                        .list(EventListParams.builder().setType("customer.*").build())
                        .getData())
                .hasSize(2);
        List<String> newer = new ArrayList<>();
        String known = played.client.v1().events().list().getData().getLast().getId();
        for (boolean more = true; more; ) {
            StripeCollection<Event> page = played.client
                    .v1()
                    .events()
                    .list(EventListParams.builder()
                            .setEndingBefore(known)
                            .setLimit(1L)
                            .build());
            page.getData().forEach(event -> newer.add(event.getType()));
            known = page.getData().getFirst().getId();
            more = page.getHasMore();
        }
        assertThat(newer).containsExactly("customer.created", "payment_method.attached");
        played.stripe.advance(Duration.ofDays(31));
        assertThat(played.client.v1().events().list().getData())
                .as("kept for 30 days")
                .isEmpty();
    }

    @Test
    void anUpdateTellsWhatWasBeforeAndOneThatChangesNothingTellsNothing() throws Exception {
        Customer customer = played.customer();
        CustomerUpdateParams same =
                CustomerUpdateParams.builder().setName("Ada").setBalance(0L).build();
        played.client.v1().customers().update(customer.getId(), same);
        assertThat(played.client.v1().events().list().getData()).hasSize(1);
        played.client
                .v1()
                .customers()
                .update(
                        customer.getId(),
                        CustomerUpdateParams.builder().setName("Grace").build());
        Event event = played.client.v1().events().list().getData().getFirst();
        assertThat(event.getType()).isEqualTo("customer.updated");
        assertThat(event.getData().getPreviousAttributes()).isEqualTo(java.util.Map.of("name", "Ada"));
    }

    @Test
    void searchesFindByMetadataWithALagWhereThatIsWanted() throws Exception {
        Customer customer = played.customer();
        PaymentIntent paid =
                played.pay(customer, played.saved(customer, "pm_card_visa").getId(), 900);
        assertThat(played.client
                        .v1()
                        .customers()
                        .search(CustomerSearchParams.builder()
                                .setQuery("metadata['account']:'acc_1' AND email~'example'")
                                .build())
                        .getData())
                .extracting(Customer::getId)
                .containsExactly(customer.getId());
        PaymentIntentSearchParams query = PaymentIntentSearchParams.builder()
                .setQuery("metadata[\"invoice\"]:\"inv_1\" AND status:'succeeded' AND amount>800")
                .build();
        assertThat(played.client.v1().paymentIntents().search(query).getData())
                .extracting(PaymentIntent::getId)
                .containsExactly(paid.getId());
        played.stripe.fault("{\"kind\": \"search_lag\", \"seconds\": 60, \"times\": -1}");
        assertThat(played.client.v1().paymentIntents().search(query).getData()).isEmpty();
        played.stripe.advance(Duration.ofSeconds(61));
        assertThat(played.client.v1().paymentIntents().search(query).getData()).hasSize(1);
        assertThatThrownBy(() -> played.client
                        .v1()
                        .customers()
                        .search(CustomerSearchParams.builder().setQuery("what?").build()))
                .hasMessageContaining("unable to parse");
        assertThat(played.client
                        .v1()
                        .paymentIntents()
                        .list(PaymentIntentListParams.builder()
                                .setCustomer(customer.getId())
                                .build())
                        .getData())
                .hasSize(1);
    }

    @Test
    void whatDoesNotFitIsRefusedAsStripeRefusesIt() throws Exception {
        assertThatThrownBy(() -> played.client.v1().customers().retrieve("cus_none"))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getStatusCode()).isEqualTo(404);
                    assertThat(e.getCode()).isEqualTo("resource_missing");
                    assertThat(e.getParam()).isEqualTo("id");
                });
        assertThatThrownBy(() -> played.client
                        .v1()
                        .customers()
                        .list(CustomerListParams.builder().setLimit(101L).build()))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> com.stripe.StripeClient.builder()
                        .setApiKey("sk_test_wrong_key_1234")
                        .setApiBase(played.stripe.apiBase())
                        .build()
                        .v1()
                        .customers()
                        .list())
                .isInstanceOfSatisfying(
                        AuthenticationException.class,
                        e -> assertThat(e.getMessage())
                                .contains("Invalid API Key provided", "1234")
                                .doesNotContain("wrong_key"));
        assertThatThrownBy(() -> played.client
                        .v1()
                        .customers()
                        .create(com.stripe.param.CustomerCreateParams.builder()
                                .putExtraParam("nick_name", "x")
                                .build()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getCode()).isEqualTo("parameter_unknown");
                    assertThat(e.getParam()).isEqualTo("nick_name");
                });
        Customer gone = played.customer();
        played.client.v1().customers().delete(gone.getId());
        assertThat(played.client.v1().customers().retrieve(gone.getId()).getDeleted())
                .isTrue();
        assertThatThrownBy(() -> played.saved(gone, "pm_card_visa")).isInstanceOf(InvalidRequestException.class);
    }
}
