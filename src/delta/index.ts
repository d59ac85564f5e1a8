/** Delta Lake tables: files and the protocol. Knows nothing of video and of any engine. */
export {};
