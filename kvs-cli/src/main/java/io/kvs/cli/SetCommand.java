package io.kvs.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `set --if-absent` and `set --file`, and help and refusal of the plain `set`, which {@link
/// KeyCommand} carries out.
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

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "Store what FILE holds, or standard input for -, in place of VALUE; it may be"
                            + " larger than memory.")
    private @Nullable String file;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VALUE",
            description = "Any text, also an empty one.")
    private @Nullable Operand value;

    @Override
    public Integer call() {
        KvsCommand parent = KvsCommand.require(kvs);
        byte[] keyBytes = Operand.require(key);
        String source = file;
        if (source != null) {
            if (value != null || ifAbsent) {
                throw new CommandException(
                        ExitCode.WRONG_USAGE,
                        "--file excludes VALUE and --if-absent; see kvs --help");
            }
            ValueFile.set(
                    parent.directory(),
                    keyBytes,
                    source,
                    timeToLive.value(),
                    parent.surroundings());
            return ExitCode.DONE;
        }
        if (value == null) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "VALUE or --file is missing; see kvs --help");
        }
        if (!ifAbsent) {
            throw Unparsed.refusal();
        }
        byte[] valueBytes = Operand.require(value);
        if (WholeStore.setIfAbsent(parent.directory(), keyBytes, valueBytes, timeToLive.value())) {
            return ExitCode.DONE;
        }
        Report.line("Key exists", parent.surroundings());
        return ExitCode.KEY_EXISTS;
    }
}
