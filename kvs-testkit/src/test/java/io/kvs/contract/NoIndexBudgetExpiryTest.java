package io.kvs.contract;

/// The times to live with next to no memory for the index, and small segments.
final class NoIndexBudgetExpiryTest extends LogStoreExpiryContract {
    NoIndexBudgetExpiryTest() {
        super(StoreOptions.NO_INDEX_BUDGET);
    }
}
