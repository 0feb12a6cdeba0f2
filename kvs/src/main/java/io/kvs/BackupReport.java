package io.kvs;

/// What a backup holds, and what it cost.
///
/// @param sequence the moment: the backup holds every write with a smaller sequence number and no
///   other
/// @param files how many segments and runs it has
/// @param bytes the sum of their sizes
/// @param copiedBytes how many of these bytes were written; the others are shared with the store
///   through links and take no space of their own as long as both have them
public record BackupReport(long sequence, int files, long bytes, long copiedBytes) {}
