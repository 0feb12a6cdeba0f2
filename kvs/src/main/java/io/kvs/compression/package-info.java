/// The dictionaries of a store, with which the values in sorted segments are compressed.
package io.kvs.compression;
