// Node's ws as its README broadcasts: whatever the publisher sends goes to every reader, as it is.
const http = require("node:http");
const { WebSocket, WebSocketServer } = require("ws");

const readers = new WebSocketServer({ noServer: true });
const publishers = new WebSocketServer({ noServer: true });
const server = http.createServer();

server.on("upgrade", (request, socket, head) => {
  const side = request.url.startsWith("/publish") ? publishers : readers;
  side.handleUpgrade(request, socket, head, (connection) => side.emit("connection", connection, request));
});
readers.on("connection", (reader) => reader.on("error", console.error));
publishers.on("connection", (publisher) => {
  publisher.on("error", console.error);
  publisher.on("message", (data, isBinary) => {
    readers.clients.forEach((reader) => {
      if (reader.readyState === WebSocket.OPEN) reader.send(data, { binary: isBinary });
    });
  });
});
server.listen(Number(process.argv[2]), "127.0.0.1", 4096);
