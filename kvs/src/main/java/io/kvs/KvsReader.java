package io.kvs;

import java.util.List;
import java.util.Optional;

/// What values can be read from by key: an engine, a snapshot, a transaction.
///
/// Keys are 1 to 65 536 bytes. Arrays that are handed out belong to the caller. How many threads
/// may use one reader is said by what implements it.
public interface KvsReader {

    /// Returns a copy of the value last stored under `key`, or empty if there is none.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws CorruptionException the record is damaged; the message names file and offset
    Optional<byte[]> get(byte[] key);

    /// Returns the text stored under a text key; see {@link #get(byte[])}.
    ///
    /// @throws SerializationException the stored value is not UTF-8
    default Optional<String> get(String key) {
        return get(Utf8.encode(key)).map(Utf8::decode);
    }

    /// Returns the values of several keys, in their order: as many calls of {@link #get(byte[])},
    /// but faster where several can be looked up side by side. Of an engine, not a point in time.
    default List<Optional<byte[]>> getAll(List<byte[]> keys) {
        return keys.stream().map(this::get).toList();
    }
}
