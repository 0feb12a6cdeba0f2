/// Single operations for a process that does nothing else, without opening the whole store.
package io.kvs.oneshot;
