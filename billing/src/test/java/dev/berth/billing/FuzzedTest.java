package dev.berth.billing;

import dev.berth.schema.testing.FuzzedModule;

class FuzzedTest extends FuzzedModule {
    FuzzedTest() {
        super(5_000);
    }
}
