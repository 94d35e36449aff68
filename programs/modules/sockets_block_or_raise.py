import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 0))
server.listen()
server.setblocking(False)
try:
    server.accept()
except BlockingIOError as error:
    print(error)
client = socket.create_connection(server.getsockname())
server.setblocking(True)
connection, address = server.accept()
print(address == client.getsockname())
client.sendall(b"request")
print(connection.recv(3), connection.recv(100))
connection.close()
print(client.recv(10))
client.close()
server.close()
try:
    client.send(b"late")
except OSError as error:
    print(error)
