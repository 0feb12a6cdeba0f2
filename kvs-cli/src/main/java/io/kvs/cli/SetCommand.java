package io.kvs.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `set --if-absent`, and help and refusal of the plain `set`, which {@link KeyCommand} carries
/// out.
@Command(name = "set", description = "Stores VALUE under KEY, replacing any earlier value.")
final class SetCommand implements Callable<Integer> {
    @ParentCommand private @Nullable KvsCommand kvs;

    // Closing the whole store puts everything on stable storage in any case.
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli checks it
    private DurabilityOption durability = new DurabilityOption();

    @Mixin private TimeToLiveOption timeToLive = new TimeToLiveOption();

    @Option(
            names = "--if-absent",
            description =
                    "Only if KEY is not there. If it is: nothing is written, 'Key exists' on"
                            + " standard error, exit code 1.")
    private boolean ifAbsent;

    @Parameters(index = "0", paramLabel = "KEY", description = "1 to 65536 bytes.")
    private @Nullable Operand key;

    @Parameters(index = "1", paramLabel = "VALUE", description = "Any text, also an empty one.")
    private @Nullable Operand value;

    @Override
    public Integer call() {
        if (!ifAbsent) {
            throw Unparsed.refusal();
        }
        KvsCommand parent = KvsCommand.require(kvs);
        byte[] keyBytes = Operand.require(key);
        byte[] valueBytes = Operand.require(value);
        if (WholeStore.setIfAbsent(parent.directory(), keyBytes, valueBytes, timeToLive.value())) {
            return ExitCode.DONE;
        }
        Report.line("Key exists", parent.surroundings());
        return ExitCode.KEY_EXISTS;
    }
}
