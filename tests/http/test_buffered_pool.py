# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A program of its own that answers requests for other hosts."""

FOREIGN = {"Host": "Elsewhere.example:80"}


def test_the_program_is_asked_and_its_answer_sent(network):
    asked = []

    def answer(*arguments):
        asked.append(arguments)
        return 200, "Fine", "hello\n", "X-Mine: 1\r\n"

    network.pool.on_foreign_host = answer
    response = network.fetch("/a?b", headers=FOREIGN)
    assert asked == [("127.0.0.2", "GET", "elsewhere.example", "/a?b")]
    assert (response.status, response.reason, response.body) == (200, "Fine", b"hello\n")
    assert response.headers == {"x-mine": "1", "connection": "close", "content-length": "6"}
    assert not [line for line in network.log if "answered" in line]


def test_none_is_the_usual_refusal(network):
    network.pool.on_foreign_host = lambda *arguments: None
    response = network.fetch(headers=FOREIGN)
    assert response.status == 421 and b"This board answers to" in response.body
    network.wait_for('WARNING - 127.0.0.2: "GET /" answered 421')


def test_nobody_is_asked_about_a_request_that_is_bad_anyway(network):
    network.pool.on_foreign_host = lambda *arguments: 1 / 0
    head = b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n folded\r\n\r\n"
    assert network.answer(head).status == 400


def test_an_answer_that_fails_ends_the_connection_alone(network):
    network.pool.on_foreign_host = lambda *arguments: 1 / 0
    phone = network.connected()
    phone.sendall(network.request(headers=FOREIGN))
    network.until(lambda: not network.pool.exchanges, "the connection is closed")
    assert "ZeroDivisionError" in network.errors()[0]
    network.is_served()
