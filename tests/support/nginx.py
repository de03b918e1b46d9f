"""A temporary nginx with HTTPS, run from the machine's own binary."""

import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from grp import getgrgid
from pathlib import Path
from pwd import getpwuid

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from blog.database import utc_now
from tests.support.process_groups import kill_group, start_group
from tests.support.requirements import unavailable
from tests.support.waiting import is_listening, wait_until

STOP_SECONDS = 20

MAIN = """
daemon off;
user {user} {group};
pid {folder}/nginx.pid;
error_log stderr;
worker_rlimit_nofile 4096;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {configuration}
}}
"""
"""The parts of Debian's nginx.conf that a process of an ordinary user needs."""


@contextmanager
def nginx(configuration: str, port: int, folder: Path) -> Iterator[None]:
    """Run nginx on ``port`` until the block ends; ``configuration`` is the content of its ``http`` block."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        unavailable("nginx is missing (on Debian: apt install nginx-light)")
    user, group = getpwuid(os.geteuid()).pw_name, getgrgid(os.getegid()).gr_name
    text = MAIN.format(folder=folder, user=user, group=group, configuration=configuration)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    with (folder / "nginx-output").open("wb") as output:
        command: list[str | Path] = [program, "-p", folder, "-c", folder / "nginx.conf"]
        process = start_group(command, subprocess.DEVNULL, output)
    try:
        try:
            wait_until(lambda: is_listening(port), process)
        except AssertionError as error:
            raise AssertionError(f"nginx did not start:\n{(folder / 'nginx-output').read_text()}") from error
        yield
        process.terminate()
        process.wait(STOP_SECONDS)
    finally:
        kill_group(process)


def make_certificate(host: str, folder: Path) -> tuple[Path, Path, ssl.SSLContext]:
    """A certificate for ``host``, its key, and a context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, SHA256())
    )
    certificate_file, key_file = folder / "blog.pem", folder / "blog.key"
    certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate_file, key_file, ssl.create_default_context(cafile=str(certificate_file))
