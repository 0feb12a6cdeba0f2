package io.kvs.client.command;

import io.kvs.cli.CommandException;
import io.kvs.cli.ExitCode;
import io.kvs.cli.RawArguments;
import io.kvs.cli.Surroundings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the arguments ask for.
///
/// @param address of the server
/// @param key the key; empty if the command has none
/// @param value the value; empty if the command has none
record CommandLine(Command command, InetSocketAddress address, byte[] key, byte[] value) {
    private static final String ADDRESS = "--addr";
    private static final String DEFAULT_ADDRESS = "127.0.0.1:4000";
    private static final int PORT_MAX = 65_535;
    private static final byte[] NOTHING = {};

    /// What there is to do.
    enum Command {
        HELP(0),
        VERSION(0),
        GET(1),
        SET(2),
        REMOVE(1);

        private final int operands;

        Command(int operands) {
            this.operands = operands;
        }
    }

    /// Takes the arguments apart.
    ///
    /// @throws CommandException they are wrong
    static CommandLine parse(String[] arguments, Surroundings surroundings) {
        List<Integer> words = new ArrayList<>();
        String address = null;
        boolean optionsEnded = false;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (optionsEnded || argument.length() < 2 || argument.charAt(0) != '-') {
                words.add(i);
            } else if (argument.equals("--")) {
                optionsEnded = true;
            } else if (argument.equals("-V") || argument.equals("--version")) {
                return plain(Command.VERSION);
            } else if (argument.equals("-h") || argument.equals("--help")) {
                return plain(Command.HELP);
            } else if (argument.startsWith(ADDRESS + "=")) {
                address = argument.substring(ADDRESS.length() + 1);
            } else if (argument.equals(ADDRESS) && i + 1 < arguments.length) {
                i++;
                address = arguments[i];
            } else {
                throw wrong(
                        argument.equals(ADDRESS)
                                ? "--addr needs an address"
                                : "there is no option " + argument);
            }
        }
        Command command = command(words.isEmpty() ? null : arguments[words.getFirst()]);
        if (words.size() - 1 != command.operands) {
            throw wrong(
                    arguments[words.getFirst()]
                            + (command.operands == 2
                                    ? " takes a key and a value"
                                    : " takes a key"));
        }
        return new CommandLine(
                command,
                address(address == null ? defaultAddress(surroundings) : address),
                RawArguments.bytes(arguments, words.get(1)),
                command.operands == 2 ? RawArguments.bytes(arguments, words.get(2)) : NOTHING);
    }

    private static CommandLine plain(Command command) {
        return new CommandLine(
                command, InetSocketAddress.createUnresolved("none", 0), NOTHING, NOTHING);
    }

    private static Command command(@Nullable String name) {
        if (name == null) {
            throw wrong("a command is missing");
        }
        return switch (name) {
            case "get" -> Command.GET;
            case "set" -> Command.SET;
            case "rm" -> Command.REMOVE;
            default -> throw wrong("there is no command " + name);
        };
    }

    private static String defaultAddress(Surroundings surroundings) {
        String given = surroundings.variable("KVS_ADDR");
        return given == null || given.isEmpty() ? DEFAULT_ADDRESS : given;
    }

    /// Returns the address that a text names: `127.0.0.1:4000`, `[::1]:4000`, `localhost:4000`.
    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        int port = colon < 0 ? -1 : port(text.substring(colon + 1));
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String name = bracketed ? host.substring(1, host.length() - 1) : host;
        if (port < 0 || name.isEmpty() || name.indexOf(':') >= 0 != bracketed) {
            throw wrong("not an address, such as 127.0.0.1:4000: " + text);
        }
        return new InetSocketAddress(name, port);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port <= PORT_MAX && text.charAt(0) != '+' ? port : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static CommandException wrong(String problem) {
        return new CommandException(ExitCode.WRONG_USAGE, problem + "; see kvs-client --help");
    }
}
