// The client for Node.

export type { Client } from "./client.js";
export { type ConnectOptions, connect, DEFAULT_ADDRESS, type Keepalive } from "./connect.js";
export * from "./contract.js";
export type { ImageFile, ImageLike } from "./file.js";
export { HealthService, type HealthStatus } from "./health.js";
export type { IndexAnswer, IndexItem } from "./index-stream.js";
export type { StreamOptions, WindowOptions } from "./stream.js";
export type { Tls } from "./tls.js";
