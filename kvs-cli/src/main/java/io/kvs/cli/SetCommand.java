package io.kvs.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Help and refusal of `set`; {@link KeyCommand} carries it out.
@Command(name = "set", description = "Stores VALUE under KEY, replacing any earlier value.")
@SuppressWarnings("UnusedVariable") // picocli checks them
final class SetCommand extends Unparsed {
    @Mixin private DurabilityOption durability = new DurabilityOption();

    @Parameters(index = "0", paramLabel = "KEY", description = "1 to 65536 bytes.")
    private @Nullable String key;

    @Parameters(index = "1", paramLabel = "VALUE", description = "Any text, also an empty one.")
    private @Nullable String value;
}
