"""Stores that URLs name, as real servers on the loopback: SFTP with keys, S3."""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

HOST = "127.0.0.1"


class Store(NamedTuple):
    """A folder of a store: its URL, the environment of a program that may use it, and the path
    where its files lie, None where only the store knows."""

    url: str
    environment: dict[str, str]
    folder: Path | None = None


@contextmanager
def file_store(folder: Path) -> Iterator[Store]:
    """A folder of this machine."""
    store = folder / "store"
    store.mkdir()
    yield Store(f"file://{store}", {}, store)


@contextmanager
def s3_store(folder: Path) -> Iterator[Store]:
    """A bucket of a server that speaks S3; skips the test where extra `s3-test` is missing."""
    reason = "needs the extra s3-test"
    pytest.importorskip("s3fs", reason=reason)
    boto3 = pytest.importorskip("boto3", reason=reason)
    moto = pytest.importorskip("moto.server", reason=reason)
    server = moto.ThreadedMotoServer(HOST, 0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    environment = {
        "AWS_ACCESS_KEY_ID": "trial",
        "AWS_SECRET_ACCESS_KEY": "trial",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "HOME": str(folder),
    }
    client = boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="trial",
        aws_secret_access_key="trial",
    )
    client.create_bucket(Bucket="claims")
    try:
        yield Store("s3://claims/store", environment)
    finally:
        server.stop()


@contextmanager
def sftp_store(folder: Path) -> Iterator[Store]:
    """A folder of an SSH server that knows one key, and whose own key is known."""
    import asyncssh  # noqa: PLC0415

    store, ssh = folder / "server" / "store", folder / ".ssh"
    store.mkdir(parents=True)
    ssh.mkdir(mode=0o700)
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    user_key.write_private_key(ssh / "id_ed25519")
    (folder / "authorized").write_bytes(user_key.export_public_key())

    def files(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=os.fsencode(folder / "server"))

    async def serve() -> Any:
        return await asyncssh.listen(
            HOST,
            0,
            server_host_keys=[host_key],
            authorized_client_keys=str(folder / "authorized"),
            sftp_factory=lambda chan: asyncssh.SFTPServer(
                chan, chroot=os.fsencode(folder / "server")
            ),
        )

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(20)
    port = server.get_port()
    key = host_key.export_public_key().decode()
    (ssh / "known_hosts").write_text(f"[{HOST}]:{port} {key}", encoding="utf-8")
    try:
        yield Store(f"sftp://biller@{HOST}:{port}/store", {"HOME": str(folder)}, store)
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(server.wait_closed(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


STORES = {"file": file_store, "s3": s3_store, "sftp": sftp_store}


def environment_with(store: Store) -> dict[str, str]:
    """That of a program that may use the store."""
    return os.environ | {"COLUMNS": "100", "NO_COLOR": "1"} | store.environment
