# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``ssl``: its names, so that libraries import it. TLS itself is not simulated."""


def build(board):
    """
    The module's names.

    :param board: The board.
    """

    class SSLContext:
        """A context that wraps nothing."""

        check_hostname = True

        def load_cert_chain(self, certfile, keyfile):
            """
            Load a certificate.

            :param str certfile: Its file.
            :param str keyfile: Its key's file.
            """
            for path in (certfile, keyfile):
                board.drive.open(path, "rb").close()

        def load_verify_locations(self, cafile=None, cadata=None):
            """
            Load authorities.

            :param str cafile: Ignored.
            :param str cadata: Ignored.
            """

        def wrap_socket(self, sock, *, server_side=False, server_hostname=None):
            """
            Not here.

            :param sock: Ignored.
            :param bool server_side: Ignored.
            :param str server_hostname: Ignored.
            """
            raise NotImplementedError("TLS is not simulated")

    class SSLSocket:
        """A socket that nobody has wrapped."""

    return {
        "SSLContext": SSLContext,
        "SSLSocket": SSLSocket,
        "create_default_context": SSLContext,
    }
