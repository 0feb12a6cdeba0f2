package io.kvs.cli;

import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvStore;
import io.kvs.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `kvs history`.
@Command(
        name = "history",
        description = {
            "Prints what the log still holds of KEY, newest first, one write in a line: sequence"
                    + " number, TAB, 'value' or 'removal', and behind 'value' TAB and the value,"
                    + " with \\t, \\n, \\r, \\\\ and \\xNN for what would disturb the line.",
            "What compaction has dropped is gone. A value that has expired counts as a removal. If there is nothing: 'Key not found' on standard"
                    + " error, exit code 1."
        })
final class HistoryCommand implements Runnable {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Option(
            names = "--json",
            description = {
                "One JSON object in each line: sequence, kind, and value, or value64 for bytes that"
                        + " are not UTF-8, and expiry, if there is one."
            })
    private boolean json;

    @Parameters(index = "0", paramLabel = "KEY", description = "1 to 65536 bytes.")
    private @Nullable Operand operand;

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        byte[] key = Operand.require(operand);
        InvalidKeyException.check(key);
        List<Version> versions;
        try (KvStore store = WholeStore.openToLook(parent.directory())) {
            versions = store.history(key);
        }
        if (versions.isEmpty()) {
            throw new KeyNotFoundException();
        }
        Listing.print(out -> print(key, versions, out), parent.surroundings());
    }

    private void print(byte[] key, List<Version> versions, OutputStream out) throws IOException {
        if (json) {
            Json.Writer writer = new Json.Writer(out);
            for (Version version : versions) {
                writer.write(key, version);
            }
            writer.flush();
            return;
        }
        for (Version version : versions) {
            byte[] value = version.value();
            String start = version.sequence() + (value == null ? "\tremoval" : "\tvalue\t");
            out.write(start.getBytes(StandardCharsets.US_ASCII));
            if (value != null) {
                TextForm.writeEscaped(value, out);
            }
            out.write('\n');
        }
    }
}
