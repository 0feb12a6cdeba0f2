package io.kvs.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Help and refusal of `get`; {@link KeyCommand} carries it out.
@Command(
        name = "get",
        description =
                "Prints the value stored under KEY, byte for byte, and a newline. If there is none:"
                        + " 'Key not found' on standard error, exit code 1.")
@SuppressWarnings("UnusedVariable") // picocli checks them
final class GetCommand extends Unparsed {
    @Parameters(index = "0", paramLabel = "KEY", description = "1 to 65536 bytes.")
    private @Nullable String key;
}
