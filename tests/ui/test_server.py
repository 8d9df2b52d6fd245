"""What .streamlit/config.toml sets, seen from outside: who is let in, and what is told to whom."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from retrieval.settings import PROJECT

SECRET = "a secret path"


@contextmanager
def serving(*command: str, **environment: str) -> Iterator[int]:
    """A server on a free port, with the project's settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, str(port)],
        cwd=PROJECT,
        env=os.environ | environment | {"STREAMLIT_SERVER_HEADLESS": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 120
        while not _healthy(port):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.2)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _healthy(port: int) -> bool:
    try:
        return answer(port, "GET", "/_stcore/health")[0] == 200
    except OSError:
        return False


def answer(port: int, method: str, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    """The status and the headers of the server's answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): own for name, own in headers.items()})
    response = connection.getresponse()
    if response.status != 101:  # after which the connection is a page's
        response.read()
    connection.close()
    return response.status, {name.lower(): own for name, own in response.getheaders()}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The app itself, as `serve` starts it, on documents that are not there: nothing is loaded for it."""
    folder = tmp_path_factory.mktemp("served")
    settings = {"SHUTTEN_SEEDS": str(folder / "none"), "SHUTTEN_INDEX": str(folder / "index")}
    with serving("retrieval", "serve", "--port", **settings) as port:
        yield port


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A page that fails, under the same settings."""
    script = tmp_path_factory.mktemp("failing") / "page.py"
    script.write_text(f"raise RuntimeError({SECRET!r})", "utf-8")
    with serving("streamlit", "run", str(script), "--server.port") as port:
        yield port


def joined(port: int, host: str = "", origin: str = "") -> int:
    """The status that a page gets which asks to be connected: 101 lets it in."""
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    headers |= {"Sec_WebSocket_Key": "x" * 22 + "==", "Host": host or f"localhost:{port}"}
    return answer(port, "GET", "/_stcore/stream", **headers, **({"Origin": origin} if origin else {}))[0]


def test_it_listens_on_this_machine_only(app: int) -> None:
    """As the kernel tells it: address and port in hexadecimal, state 0A is listening."""
    tables = "".join(Path(f"/proc/net/{name}").read_text("ascii") for name in ("tcp", "tcp6"))
    lines = [line.split() for line in tables.splitlines()]
    listening = {line[1] for line in lines if line[3] == "0A" and line[1].endswith(f":{app:04X}")}
    assert listening == {f"0100007F:{app:04X}"}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST"])
def test_this_machine_s_names_are_let_in(app: int, host: str) -> None:
    assert joined(app, f"{host}:{app}", f"http://{host}:{app}") == 101


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "0.0.0.0"]
)
def test_a_foreign_host_is_refused(app: int, host: str) -> None:
    assert joined(app, f"{host}:{app}") == 403
    assert joined(app, f"{host}:{app}", f"http://{host}:{app}") == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://localhost.evil.example", "null", "file://"]
)
def test_a_foreign_origin_is_refused(app: int, origin: str) -> None:
    assert joined(app, origin=origin) == 403


def test_no_other_site_may_read_an_answer(app: int) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config"):
        allowed = answer(app, "GET", path, Origin="http://evil.example")[1].get("access-control-allow-origin")
        assert allowed in (None, f"http://localhost:{app}")


@contextmanager
def session(port: int) -> Iterator[tuple[str, list[ForwardMsg]]]:
    """A page's conversation with the server, up to the end of its first run: its id and what was said."""
    said: list[ForwardMsg] = []
    with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=["streamlit"],
        max_size=None,  # type: ignore[list-item]
    ) as socket_:
        socket_.send(BackMsg(rerun_script={}).SerializeToString())  # type: ignore[arg-type]
        while not said or said[-1].WhichOneof("type") != "script_finished":
            message = socket_.recv(timeout=120)
            assert isinstance(message, bytes)
            said.append(ForwardMsg.FromString(message))
        yield next(one.new_session.initialize.session_id for one in said if one.HasField("new_session")), said


def test_an_upload_without_its_token_is_refused(app: int) -> None:
    with session(app) as (id, _):
        for headers in ({}, {"X_Xsrftoken": "x"}, {"Cookie": "_streamlit_xsrf=x", "X_Xsrftoken": "y"}):
            assert answer(app, "PUT", f"/_stcore/upload_file/{id}/x", **headers)[0] == 403


def test_an_oversize_upload_is_refused_before_it_is_read(app: int) -> None:
    token = answer(app, "GET", "/_stcore/health")[1]["set-cookie"].split("=", 1)[1].split(";")[0]
    headers = {"Cookie": f"_streamlit_xsrf={token}", "X_Xsrftoken": token}
    with session(app) as (id, _):
        path = f"/_stcore/upload_file/{id}/x"
        assert answer(app, "PUT", path, **headers, Content_Length=str(100 * 2**20 + 1))[0] == 413
        assert answer(app, "PUT", path, **headers)[0] not in (403, 413)
    assert answer(app, "PUT", "/_stcore/upload_file/nobody/x", **headers)[0] == 400


def test_the_token_s_cookie_is_kept_from_other_sites(app: int) -> None:
    assert "samesite=strict" in answer(app, "GET", "/_stcore/health")[1]["set-cookie"].lower()


def test_nothing_is_counted_and_no_tool_bar_offers_more(app: int) -> None:
    with session(app) as (_, said):
        told = next(one.new_session for one in said if one.HasField("new_session"))
    assert told.initialize.environment_info.python_version  # it is the message that the page is set up by
    assert not told.config.gather_usage_stats
    assert told.config.toolbar_mode == told.config.ToolbarMode.MINIMAL


def test_a_failure_tells_the_page_nothing_of_the_machine(failing: int) -> None:
    with session(failing) as (_, said):
        shown = b"".join(one.SerializeToString() for one in said if one.HasField("delta"))
    assert any(one.delta.new_element.HasField("exception") for one in said)
    for secret in (SECRET, "RuntimeError", "page.py", str(PROJECT)):
        assert secret.encode() not in shown


@pytest.mark.parametrize(
    "path", ["/app/static/config.toml", "/_stcore/agent/openapi.json", "/../app.py", "/media/..%2fapp.py"]
)
def test_no_file_is_served(app: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", app, timeout=30)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    assert b"set_page_config" not in body
    assert b"address =" not in body


def test_behind_a_proxy_it_is_called_by_the_name_that_it_was_told(tmp_path: Path) -> None:
    """As SECURITY.md says."""
    environment = {
        "STREAMLIT_SERVER_ALLOWED_HOSTS": "shutten.example.org",
        "STREAMLIT_BROWSER_SERVER_ADDRESS": "shutten.example.org",
        "SHUTTEN_SEEDS": str(tmp_path),
    }
    with serving("retrieval", "serve", "--port", **environment) as port:
        name = "shutten.example.org"
        assert joined(port, name, f"https://{name}") == 101
        assert joined(port, "evil.example", "https://evil.example") == 403
        assert joined(port, name, "https://evil.example") == 403
