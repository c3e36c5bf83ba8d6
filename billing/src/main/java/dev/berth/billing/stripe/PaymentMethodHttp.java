package dev.berth.billing.stripe;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.payment.KeptMethods;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.PaymentMethodId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The ways to pay of an account: listed, added on the provider's page, made the default, removed. */
@RestController
@RequestMapping("/internal/v1/payment_methods")
class PaymentMethodHttp {
    private final DSLContext dsl;
    private final StripeProperties properties;
    private final KeptMethods methods;
    private final Setups setups;
    private final InstantSource clock;

    PaymentMethodHttp(
            DSLContext dsl, StripeProperties properties, KeptMethods methods, Setups setups, InstantSource clock) {
        this.dsl = dsl;
        this.properties = properties;
        this.methods = methods;
        this.setups = setups;
        this.clock = clock;
    }

    record AddRequest(@Nullable Boolean makeDefault) {}

    /** A way to pay as the API shows it. */
    record MethodView(
            PaymentMethodId id,
            String kind,
            String brand,
            String last4,
            @Nullable Integer expMonth,
            @Nullable Integer expYear,
            boolean isDefault,
            Instant createdAt) {
        static MethodView of(KeptMethods.Kept kept) {
            return new MethodView(
                    kept.id(),
                    kept.kind(),
                    kept.brand(),
                    kept.last4(),
                    kept.expMonth(),
                    kept.expYear(),
                    kept.isDefault(),
                    kept.createdAt());
        }
    }

    /** The list, and whether any can be added here. */
    record MethodPage(List<MethodView> data, @Nullable String nextCursor, boolean available) {}

    @GetMapping
    MethodPage list(Caller caller) {
        AccountId account = caller.account();
        if (properties.enabled()) {
            setups.refresh(account); // who comes back from the provider's page sees the new one
        }
        return new MethodPage(
                methods.of(dsl, account).stream().map(MethodView::of).toList(), null, properties.enabled());
    }

    @PostMapping
    Setups.Visit add(Caller caller, @RequestBody(required = false) @Nullable AddRequest request) {
        mustBeSet();
        boolean makeDefault = request == null || !Boolean.FALSE.equals(request.makeDefault());
        return setups.begin(caller.account(), makeDefault);
    }

    @PostMapping("/{id}/make_default")
    MethodView makeDefault(Caller caller, @PathVariable String id) {
        AccountId account = caller.account();
        PaymentMethodId method = methods.require(dsl, account, id).id();
        dsl.transaction(configuration -> methods.makeDefault(configuration.dsl(), account, method, clock.instant()));
        return MethodView.of(methods.require(dsl, account, id));
    }

    @PostMapping("/{id}/remove")
    MethodView remove(Caller caller, @PathVariable String id) {
        KeptMethods.Kept kept = methods.require(dsl, caller.account(), id);
        mustBeSet();
        setups.remove(kept);
        return MethodView.of(kept);
    }

    private void mustBeSet() {
        if (!properties.enabled()) {
            throw new Refusal(ErrorCode.PAYMENT_PROVIDER_NOT_SET, "No provider that keeps cards is set here.");
        }
    }
}
