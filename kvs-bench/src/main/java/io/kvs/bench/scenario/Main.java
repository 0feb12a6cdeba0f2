package io.kvs.bench.scenario;

import java.io.IOException;
import java.util.Arrays;

/// Runs one scenario: its name, the number of keys, and what else it takes.
public final class Main {
    private Main() {}

    /// Runs it; prints figures on standard output.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 2) {
            usage();
            return;
        }
        int keys = Integer.parseInt(arguments[1]);
        String[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
        switch (arguments[0]) {
            case "open" -> OpenScenario.run(keys);
            case "open-fill" -> OpenScenario.fill(rest[0], keys);
            case "budget" -> BudgetScenario.run(keys);
            case "budget-child" -> BudgetScenario.measure(rest[0], keys, Long.parseLong(rest[1]));
            case "snapshot" -> SnapshotScenario.run(keys);
            case "backup" -> BackupScenario.run(keys);
            case "compaction" -> CompactionScenario.run(keys);
            case "neighbours" -> NeighboursScenario.run(keys);
            case "client" -> ClientScenario.run(keys);
            case "async" -> AsyncScenario.run(keys);
            case "server-child" -> ServerChild.serve(rest[0], keys);
            case "echo-child" -> EchoServer.serve();
            default -> usage();
        }
    }

    private static void usage() {
        System.err.println(
                """
                usage: kvs-scenario NAME KEYS
                  open        opens after a close and after a kill, and the first gets
                  budget      a keydir of 16 MiB and one of 2 GiB: memory, gets, puts, scans
                  snapshot    an old snapshot under five overwrites of every key
                  backup      backups beside a writer at full speed
                  compaction  gets and overwrites without compaction and with it
                  neighbours  gets of one client of a server, beside clients that misbehave
                  client      sets and gets of a server through KvsClient
                  async       sets on stable storage: threads that wait, and one with many in flight\
                """);
        System.exit(2);
    }
}
