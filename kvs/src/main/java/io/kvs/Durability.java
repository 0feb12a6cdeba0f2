package io.kvs;

/// What an acknowledged write survives.
public enum Durability {
    /// An acknowledged write survives the death of the process at any instant (`kill -9`, a crash
    /// of the virtual machine). A power cut may take back the writes since the last sync, which
    /// runs in the background every second; what it takes back is always the newest writes, never
    /// one in the middle. In a store with a write buffer all of this holds for what was written out
    /// of it, see {@link KvStore#flush()}.
    PROCESS,

    /// An acknowledged write is on stable storage: it survives a power cut. Writers that wait at
    /// the same time share one sync of the device. No reader sees a value written with this
    /// durability before it is on stable storage.
    SYNC
}
