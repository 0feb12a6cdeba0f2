package io.kvs.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `get -o`, and help and refusal of the plain `get`, which {@link KeyCommand} carries out.
@Command(
        name = "get",
        description =
                "Prints the value stored under KEY, byte for byte, and a newline. If there is none:"
                        + " 'Key not found' on standard error, exit code 1.")
final class GetCommand implements Runnable {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write the value to FILE, or for - to standard output, and no newline; it may be"
                            + " larger than memory.")
    private @Nullable String file;

    @Parameters(index = "0", paramLabel = "KEY", description = "1 to 65536 bytes.")
    private @Nullable Operand key;

    @Override
    public void run() {
        String target = file;
        if (target == null) {
            throw Unparsed.refusal();
        }
        KvsCommand parent = KvsCommand.require(kvs);
        ValueFile.get(parent.directory(), Operand.require(key), target, parent.surroundings());
    }
}
