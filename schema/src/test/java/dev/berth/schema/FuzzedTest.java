package dev.berth.schema;

import dev.berth.schema.testing.FuzzedModule;

class FuzzedTest extends FuzzedModule {
    FuzzedTest() {
        super(500_000);
    }
}
