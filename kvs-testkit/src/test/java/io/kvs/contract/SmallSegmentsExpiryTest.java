package io.kvs.contract;

/// The times to live with small segments and eager compaction.
final class SmallSegmentsExpiryTest extends LogStoreExpiryContract {
    SmallSegmentsExpiryTest() {
        super(StoreOptions.SMALL_SEGMENTS);
    }
}
