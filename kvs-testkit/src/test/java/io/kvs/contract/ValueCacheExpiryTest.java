package io.kvs.contract;

import io.kvs.io.Disk;
import io.kvs.testkit.SlowDisk;

/// The times to live with a cache of values that keeps whatever is read.
final class ValueCacheExpiryTest extends LogStoreExpiryContract {
    ValueCacheExpiryTest() {
        super(StoreOptions.VALUE_CACHE);
    }

    @Override
    Disk disk(Disk real) {
        return new SlowDisk(real);
    }
}
