package io.kvs.client.command;

import io.kvs.cli.CommandException;
import io.kvs.cli.ExitCode;
import io.kvs.cli.RawArguments;
import io.kvs.cli.Surroundings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the arguments ask for.
///
/// @param address of the server
/// @param tls the files for TLS, or null if the server is to be talked to in the clear
/// @param key the key; empty if the command has none
/// @param value the value; empty if the command has none
record CommandLine(
        Command command,
        InetSocketAddress address,
        @Nullable TlsFiles tls,
        byte[] key,
        byte[] value) {
    private static final String ADDRESS = "--addr";
    private static final String TLS = "--tls";
    private static final String TLS_AUTHORITIES = "--tls-ca";
    private static final String TLS_CERTIFICATES = "--tls-cert";
    private static final String TLS_KEY = "--tls-key";
    private static final Set<String> WITH_VALUE =
            Set.of(ADDRESS, TLS_AUTHORITIES, TLS_CERTIFICATES, TLS_KEY);
    private static final String DEFAULT_ADDRESS = "127.0.0.1:4000";
    private static final int PORT_MAX = 65_535;
    private static final byte[] NOTHING = {};

    /// The files for TLS, each of them if it was given.
    record TlsFiles(@Nullable Path authorities, @Nullable Path certificates, @Nullable Path key) {}

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
        Map<String, String> options = new HashMap<>();
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
            } else if (argument.equals(TLS)) {
                options.put(TLS, "");
            } else if (WITH_VALUE.contains(argument)) {
                if (i + 1 == arguments.length) {
                    throw wrong(argument + " needs a value");
                }
                i++;
                options.put(argument, arguments[i]);
            } else {
                int equals = argument.indexOf('=');
                if (equals < 0 || !WITH_VALUE.contains(argument.substring(0, equals))) {
                    throw wrong("there is no option " + argument);
                }
                options.put(argument.substring(0, equals), argument.substring(equals + 1));
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
                address(options.getOrDefault(ADDRESS, defaultAddress(surroundings))),
                tls(options),
                RawArguments.bytes(arguments, words.get(1)),
                command.operands == 2 ? RawArguments.bytes(arguments, words.get(2)) : NOTHING);
    }

    private static CommandLine plain(Command command) {
        return new CommandLine(
                command, InetSocketAddress.createUnresolved("none", 0), null, NOTHING, NOTHING);
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

    /// Any file for TLS asks for TLS.
    private static @Nullable TlsFiles tls(Map<String, String> options) {
        TlsFiles files =
                new TlsFiles(
                        file(options, TLS_AUTHORITIES),
                        file(options, TLS_CERTIFICATES),
                        file(options, TLS_KEY));
        if ((files.certificates == null) != (files.key == null)) {
            throw wrong("--tls-cert and --tls-key go together");
        }
        boolean asked = options.containsKey(TLS);
        return asked || files.authorities != null || files.key != null ? files : null;
    }

    private static @Nullable Path file(Map<String, String> options, String name) {
        String given = options.get(name);
        return given == null ? null : Path.of(given);
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
