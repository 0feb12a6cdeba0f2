package io.kvs.compare.child;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.files.Acknowledgements;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Sizing;
import io.kvs.compare.store.Store;
import java.io.IOException;
import java.nio.file.Files;

/// Writes all keys, and then all of them again and again with new values, and counts each write
/// when it is acknowledged, until the parent kills this JVM.
///
/// @param assignment the store and its scale
record BeingKilled(Assignment assignment) {
    void run() throws IOException {
        Scale scale = assignment.scale();
        Entries entries = new Entries(scale.valueBytes());
        Files.createDirectory(assignment.storeDirectory());
        try (Acknowledgements acknowledged =
                        new Acknowledgements(assignment.acknowledgementsFile());
                Store store =
                        assignment
                                .contender()
                                .open(
                                        assignment.storeDirectory(),
                                        Sizing.of(scale),
                                        Level.PROCESS)) {
            for (long write = 0; write < Long.MAX_VALUE; write++) {
                long index = write % scale.keys();
                store.put(entries.key(index), entries.value(index, write / scale.keys()));
                acknowledged.set(write + 1);
            }
        }
    }
}
