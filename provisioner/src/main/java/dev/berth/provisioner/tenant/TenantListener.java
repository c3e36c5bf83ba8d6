package dev.berth.provisioner.tenant;

import dev.berth.provisioner.Consumers;
import dev.berth.provisioner.desired.Signal;
import dev.berth.schema.Consumer;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountEvent;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Received;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Takes accounts from {@code berth.account}. */
@Component
class TenantListener implements Inbox.Handler {
    private final TenantRepository tenants;

    @Autowired
    TenantListener(Consumers consumers, TenantRepository tenants) {
        this(tenants);
        consumers.add(Consumer.PROVISIONER_TENANT, this);
    }

    TenantListener(TenantRepository tenants) {
        this.tenants = tenants;
    }

    @Override
    public void apply(DSLContext transaction, List<Received> events) {
        for (Received received : events) {
            if (received.envelope().event() instanceof AccountEvent event) {
                switch (event) {
                    case AccountOpened opened -> {
                        tenants.open(transaction, opened, received.envelope().cause());
                        Signal.onCommit(transaction, opened.account());
                    }
                    case AccountRenamed _ -> {}
                    case PlanChanged changed -> {
                        tenants.limit(transaction, changed);
                        Signal.onCommit(transaction, changed.account());
                    }
                    case AccountClosed closed -> {
                        tenants.close(transaction, closed, received.envelope().cause());
                        Signal.onCommit(transaction, closed.account());
                    }
                }
            }
        }
    }
}
