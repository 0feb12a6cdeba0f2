package io.kvs.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Help and refusal of `rm`; {@link KeyCommand} carries it out.
@Command(
        name = "rm",
        description =
                "Removes KEY and its value. If there is none: 'Key not found' on standard error,"
                        + " exit code 1.")
@SuppressWarnings("UnusedVariable") // picocli checks them
final class RemoveCommand extends Unparsed {
    @Mixin private DurabilityOption durability = new DurabilityOption();

    @Parameters(index = "0", paramLabel = "KEY", description = "1 to 65536 bytes.")
    private @Nullable String key;
}
