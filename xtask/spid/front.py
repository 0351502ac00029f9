"""The TLS end in front of the portal, for the stage "spid".

Takes CONNECT requests of a client that uses it as its proxy, whatever host they name, speaks TLS with the throw-away
certificate, and passes the bytes on to the portal. So the validator meets the portal under the names that an ente has
in life, without a port, and nothing is changed in the machine's list of hosts.

Usage: front.py PORT PORTAL_PORT CERTIFICATE KEY
"""

import asyncio
import ssl
import sys

HEAD_TIMEOUT_S = 10


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


async def serve(reader, writer, portal_port, context):
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_TIMEOUT_S)
    if not head.startswith(b"CONNECT "):
        # Somebody asks whether we are up.
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
        writer.close()
        return
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await writer.drain()
    await writer.start_tls(context)
    portal_reader, portal_writer = await asyncio.open_connection("127.0.0.1", portal_port)
    await asyncio.gather(copy(reader, portal_writer), copy(portal_reader, writer))


async def main(port, portal_port, certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)

    async def connected(reader, writer):
        try:
            await serve(reader, writer, portal_port, context)
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
            print(f"a connection ended: {error!r}", file=sys.stderr)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
