package io.kvs.contract;

/// The times to live of the store with a write buffer.
final class WriteBufferExpiryTest extends LogStoreExpiryContract {
    WriteBufferExpiryTest() {
        super(StoreOptions.WRITE_BUFFER);
    }
}
