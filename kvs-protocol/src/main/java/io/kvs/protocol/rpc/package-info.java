/// The frames of `kvs.proto`: what the generated messages do not do, or not without building
/// objects. The requests and responses that come in masses are read and written in place here; of
/// all others only the envelope, around a generated message.
package io.kvs.protocol.rpc;
