package io.kvs.client.command;

import io.kvs.KeyNotFoundException;
import io.kvs.cli.ExitCode;
import io.kvs.cli.OutputException;
import io.kvs.cli.ProcessSurroundings;
import io.kvs.cli.Report;
import io.kvs.cli.Surroundings;
import io.kvs.client.ClientOptions;
import io.kvs.client.ClientTls;
import io.kvs.client.OneRequest;
import io.kvs.client.command.CommandLine.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The program `kvs-client`.
public final class Main {
    private static final String HELP =
            """
            Usage: kvs-client set KEY VALUE [OPTIONS]
                   kvs-client get KEY [OPTIONS]
                   kvs-client rm KEY [OPTIONS]

              set    Stores VALUE under KEY, replacing any earlier value.
              get    Prints the value stored under KEY, byte for byte, and a newline.
              rm     Removes KEY and its value.

              --addr IP:PORT   The server; 127.0.0.1:4000 if neither this nor $KVS_ADDR says otherwise.
              --tls            Talks to the server by TLS. Its certificate must name the host.
              --tls-ca FILE    Who signs the certificate of the server, PEM; else those whom the JDK
                               believes. This and what follows turn TLS on too.
              --tls-cert FILE  The certificates of the client, PEM, its own first.
              --tls-key FILE   The private key of the client, PKCS #8, PEM.
              --               Whatever follows is no option.
              -V, --version    Shows the version.
              -h, --help       Shows this.

            $KVS_REQUIREPASS is the password of the server, if it wants one.
            Exit code: 0 done, 1 there is no KEY (then 'Key not found' is on standard error), 2 wrong
            usage, 3 anything else.
            """;

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] arguments) {
        int exitCode = run(arguments, new ProcessSurroundings("kvs-client"));
        if (exitCode != ExitCode.DONE) {
            System.exit(exitCode);
        }
    }

    /// Runs one command; returns the exit code.
    static int run(String[] arguments, Surroundings surroundings) {
        try {
            CommandLine line = CommandLine.parse(arguments, surroundings);
            switch (line.command()) {
                case HELP -> write(HELP.getBytes(StandardCharsets.UTF_8), surroundings);
                case VERSION -> write(version(), surroundings);
                case GET, SET, REMOVE -> request(line, surroundings);
            }
            return ExitCode.DONE;
        } catch (Throwable e) {
            return Report.failure(e, surroundings);
        }
    }

    private static void request(CommandLine line, Surroundings surroundings) throws IOException {
        ClientOptions options =
                ClientOptions.defaults().withAddress(line.address()).withTls(tls(line.tls()));
        OneRequest server =
                new OneRequest(options.withPassword(surroundings.variable("KVS_REQUIREPASS")));
        switch (line.command()) {
            case SET -> server.set(line.key(), line.value());
            case REMOVE -> server.remove(line.key());
            default -> {
                byte[] value = server.get(line.key());
                if (value == null) {
                    throw new KeyNotFoundException();
                }
                byte[] output = Arrays.copyOf(value, value.length + 1);
                output[value.length] = '\n';
                write(output, surroundings);
            }
        }
    }

    private static @Nullable ClientTls tls(@Nullable TlsFiles files) throws IOException {
        return files == null
                ? null
                : ClientTls.load(files.authorities(), files.certificates(), files.key());
    }

    private static byte[] version() throws IOException {
        try (InputStream in = Main.class.getResourceAsStream("version")) {
            if (in == null) {
                throw new IOException("the file with the version is missing");
            }
            return in.readAllBytes();
        }
    }

    private static void write(byte[] output, Surroundings surroundings) {
        try {
            surroundings.out().write(output);
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }
}
