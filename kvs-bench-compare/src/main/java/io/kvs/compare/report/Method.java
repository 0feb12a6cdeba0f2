package io.kvs.compare.report;

/// How everything was measured, and how to read it.
final class Method {
    /// The beginning of a document.
    static final String TEXT =
            """
            # Benchmarks

            kvs beside other embedded stores, on the same work, at the same durability, in the same runs. Made by

            ```sh
            mvn -B -ntp -pl kvs-bench-compare -am package -DskipTests
            bin/kvs-bench-compare --report docs/BENCHMARKS.md
            ```

            which takes hours; `--help` tells what else it can do. Each run leaves all its figures in
            `target/kvs-bench-compare/run-…/figures.jsonl`: one line of JSON about the run, and one for each figure of each round.
            Runs of several scales (`--value-bytes 1024`, `--keys 10000000`) make one document, without measuring again:

            ```sh
            bin/kvs-bench-compare report FILE… --to docs/BENCHMARKS.md
            ```

            ## How it is measured

            **Rounds.** Figures are medians over the rounds. In each round the stores have their turns one after the other, in an
            order that rotates, each step in a JVM of its own. Before it counts, all workloads run with at most 200,000 keys for at
            most a second each, up to three times: until the compilers work for less than 15 % of that time.

            **Durability.** An acknowledged write is to survive `kill -9`; in the rows `durable`, a power cut. The writer is killed
            and its writes are looked for: the last table tells how many were lost. `mvstore` loses the newest ones, which makes
            its other figures better than they could be. [Decision 012](decisions/012-rivals.md) tells how each store is
            configured. `rawlog` is no store but the limit: a bare mapped log with a hash table, without checksums or compaction.

            **Data.** Keys of 16 bytes that look random (ascending in `fillseq`) and values that do not compress. One read in 64 is
            compared byte for byte; a wrong or missing value ends the run of its store.

            **End.** A workload ends after its time, or after one operation a key (fills, overwriting, removing, durable writes),
            or four, at least 4 M (others). Of cheap operations one in 8 is timed for the latencies, of others each.

            | workload | what it does |
            |---|---|
            | `fillseq`, `fillrandom` | stores new keys, one at a time |
            | `fillbatch100` | the same, 100 at a time; `chronicle`, `mvstore` and `mapdb` take them one by one |
            | `readrandom`, `readrandom2` | reads keys, each as likely as any other; 1 and 2 threads |
            | `readzipf`, `readzipf2` | reads popular keys more often: Zipf 0.99, scattered |
            | `readmissing` | asks for keys that are not there |
            | `readafter` | reads right after as many keys were overwritten as there are, or for as long as a workload takes |
            | `readsettled` | reads after compaction, where the store has one |
            | `scan`, `scanback`, `scan100` | entries, in the order of the keys: all, all backwards, 100 from a random key on |
            | `scansettled` … | the same after compaction, where the store has one |
            | `ycsb_a`, `b`, `c` | 2 threads, Zipf: 50, 5, 0 % updates, the rest reads |
            | `ycsb_d` | 2 threads: 95 % reads, the newest keys most often, 5 % inserts |
            | `ycsb_e` | 2 threads, Zipf: 95 % scans of 1 to 100 entries, 5 % inserts; counts scans |
            | `ycsb_f` | 2 threads, Zipf: 50 % reads, 50 % read, change and write |
            | `rww_read`, `rww_write` | one thread reads while one overwrites |
            | `overwrite`, `overwrite2` | stores new values under random keys; 1 and 2 threads |
            | `delete` | removes every key once |
            | `durable1`, `8`, `64` | so many threads store new keys and wait for the device |
            | `durablebatch100` | one thread stores 100 at a time and waits; counts entries |

            **Memory** is what a JVM has more after loading than before, when it had loaded 20,000 keys already: used heap and other
            private memory. Pages of mapped files are not in it. **Disk** counts allocated blocks, in bytes for each byte of live
            keys and values. After loading, random keys are overwritten until each was five times on average, or for ten times as
            long as a workload takes. **Written to the device** is what the system counts meanwhile (`write_bytes`), for each byte
            of these keys and values. It counts a page once between two write-backs, so for stores that change mapped pages in
            place, marked ≥, it is a lower bound.

            **Opening** takes place in a new JVM with a warm page cache, native libraries loaded already, until the first value is
            read.

            ## How to read it

            In pictures the best store is on top, and what stands in brackets is the figure divided by that of kvs. In tables `✗`
            stands where a rival is better than kvs, and `–` where a store cannot do it, or has failed.

            """;

    private Method() {}
}
