package io.kvs.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `kvs help`.
@Command(name = "help", description = "Shows the help of kvs, or of COMMAND.")
final class HelpCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "COMMAND")
    private @Nullable String command;

    @Override
    public void run() {
        CommandLine own = Objects.requireNonNull(spec).commandLine();
        CommandLine all = own.getParent();
        CommandLine shown = command == null ? all : all.getSubcommands().get(command);
        if (shown == null) {
            throw new ParameterException(own, "there is no command '" + command + "'");
        }
        shown.usage(all.getOut());
    }
}
