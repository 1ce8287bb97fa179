#!/usr/bin/python3
"""The service whose agent is measured: answers every request at once. With `requests PORT PER_SECOND` it is its users.

On bare sockets: Python's http modules would load OpenSSL, and its pages would count as shared with the agent.
"""
import os
import socket
import socketserver
import sys
import time

ANSWERS = 0


class Answer(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        global ANSWERS
        while self.rfile.readline():
            while self.rfile.readline().strip():  # header fields
                pass
            ANSWERS += 1
            body = f"answers_total {ANSWERS}\n".encode()
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve():
    Server(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()


def request(port, per_second):
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                while True:
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: service\r\n\r\n")
                    if not connection.recv(4096):
                        break
                    time.sleep(1 / per_second)
        except OSError:
            time.sleep(1 / per_second)


if len(sys.argv) > 1:
    request(int(sys.argv[2]), float(sys.argv[3]))
else:
    serve()
