package dev.berth.provisioner;

import dev.berth.schema.testing.FuzzedModule;

class FuzzedTest extends FuzzedModule {
    FuzzedTest() {
        super(120_000);
    }
}
