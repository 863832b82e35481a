# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``ssl``: its names, so that libraries import it. TLS itself is not simulated."""


def build(board):
    """Return the module's names."""

    class SSLContext:
        """A context that cannot wrap a socket."""

        check_hostname = True

        def load_cert_chain(self, certfile, keyfile):
            """
            Check that the files of a certificate exist.

            :param str certfile: The file of the certificate.
            :param str keyfile: The file of its key.
            """
            for path in (certfile, keyfile):
                board.drive.open(path, "rb").close()

        def load_verify_locations(self, cafile=None, cadata=None):
            """
            Do nothing.

            :param str cafile: Ignored.
            :param str cadata: Ignored.
            """

        def wrap_socket(self, sock, *, server_side=False, server_hostname=None):
            """
            Raise NotImplementedError.

            :param sock: Ignored.
            :param bool server_side: Ignored.
            :param str server_hostname: Ignored.
            """
            raise NotImplementedError("TLS is not simulated")

    class SSLSocket:
        """The name exists, but there are no such sockets."""

    return {
        "SSLContext": SSLContext,
        "SSLSocket": SSLSocket,
        "create_default_context": SSLContext,
    }
