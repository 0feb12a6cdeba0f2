/// The protocol of Redis: requests are read in place, replies appended, in version 2 or 3.
///
/// Limits are checked when a length is announced, before memory is taken for what it announces; the
/// input buffer grows with what has really arrived.
package io.kvs.protocol.resp;
