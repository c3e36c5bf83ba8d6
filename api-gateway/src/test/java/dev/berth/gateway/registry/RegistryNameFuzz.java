package dev.berth.gateway.registry;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;

/** Names of registries: one that is taken is the registry of the images that name it. */
final class RegistryNameFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 60_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.text(input);
        must(!RegistryName.of(text).isEmpty(), "'%s' is at no registry", text);
        RegistryName.read(text).ifPresent(name -> {
            must(RegistryName.read(name).filter(name::equals).isPresent(), "'%s' is read again as another", name);
            must(RegistryName.of(name + "/a/b:1").equals(name), "an image of '%s' is at another", name);
            must(name.length() <= 255 && name.matches("[a-z0-9.:-]+"), "'%s' is taken", name);
            int colon = name.indexOf(':');
            must(colon < 0 || Integer.parseInt(name.substring(colon + 1)) <= 65_535, "'%s' has no port of TCP", name);
        });
    }
}
