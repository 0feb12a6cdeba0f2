/// The requests of `kvs.proto`, of one connection each: {@link io.kvs.server.rpc.RpcProtocol} takes
/// the frames apart, {@link io.kvs.server.rpc.Requests} carries out what is short and common, and
/// {@link io.kvs.server.rpc.LongRequests} what may take long, on the pool.
package io.kvs.server.rpc;
