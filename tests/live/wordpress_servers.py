"""The servers of a WordPress: MariaDB, PHP and nginx from Debian's packages, in their own folder."""

import os
import pwd
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.live.processes import Server, Unavailable, answers, run
from tests.live.wordpress_files import write_files

DEBIAN = Path("/usr/share/wordpress")
INSTALL_SECONDS = 120


@dataclass
class Servers:
    """All processes of one WordPress; ``password`` is its owner's ``user:application password``."""

    folder: Path
    port: int
    password: str = ""
    running: list[Server] = field(default_factory=list)

    def start(self, time_zone: str) -> None:
        """Copy WordPress into the folder, install it and serve it. Raises ``Unavailable`` if that is not possible."""
        if not (DEBIAN / "wp-load.php").exists():
            raise Unavailable("WordPress is missing; tests/live/prepare installs it where it may")
        user = _user()
        self._lay(user)
        self._start_database(user)
        address = f"127.0.0.1:{self.port}"
        printed = run(["php", "install.php", address, time_zone], self.folder, INSTALL_SECONDS, user=user)
        self.password = printed.splitlines()[-1]
        self._start("php.sock", _php_fpm(), "--nodaemonize", f"--fpm-config={self.folder}/php-fpm.conf", user=user)
        nginx = self._start("", "nginx", "-e", "stderr", "-p", str(self.folder), "-c", "nginx.conf", user=user)
        nginx.wait(lambda: answers(f"http://{address}/wp-json/"))

    def stop(self) -> None:
        """Stop all processes, the newest first, and delete the files. It can be called again."""
        while self.running:
            self.running.pop().stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def php(self, code: str) -> str:
        """The output of PHP ``code``, run inside this WordPress but outside its web server."""
        script = f"$_SERVER['HTTP_HOST'] = '127.0.0.1:{self.port}'; require 'root/wp-load.php'; {code}"
        return run(["php", "-r", script], self.folder, INSTALL_SECONDS, user=_user())

    def _lay(self, user: str) -> None:
        # Debian's files have symbolic links into the system, and some of them are broken.
        shutil.copytree(DEBIAN, self.folder / "root", ignore_dangling_symlinks=True)
        write_files(self.folder, self.port)
        content = self.folder / "root" / "wp-content"
        for own in (content / "uploads", content / "mu-plugins", self.folder / "temporary"):
            own.mkdir(exist_ok=True)
        if user:
            for own in (self.folder, content / "uploads", self.folder / "temporary"):
                shutil.chown(own, user, user)

    def _start_database(self, user: str) -> None:
        options = ["--no-defaults", f"--datadir={self.folder}/database"]
        made = ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
        run(made, self.folder, INSTALL_SECONDS, user=user)
        # Nobody else can reach the socket, so no password is needed.
        self._start(
            "mariadb.sock", "mariadbd", *options, f"--socket={self.folder}/mariadb.sock", "--skip-networking",
            "--skip-grant-tables", f"--pid-file={self.folder}/mariadb.pid", "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=0", f"--init-file={self.folder}/database.sql", user=user,
        )  # fmt: skip

    def _start(self, socket: str, *command: str, user: str) -> Server:
        server = Server.start(command, self.folder, self.folder / f"{Path(command[0]).name}.log", user=user)
        self.running.append(server)
        if socket:
            server.wait((self.folder / socket).exists)
        return server


def _php_fpm() -> str:
    found = sorted(Path("/usr/sbin").glob("php-fpm*"))
    if not found:
        raise Unavailable("php-fpm is missing; tests/live/prepare installs it where it may")
    return str(found[-1])


def _user() -> str:
    """The user to run as, because MariaDB and PHP refuse to run as root; none if we are not root."""
    if os.geteuid() != 0:
        return ""
    for name in ("www-data", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Unavailable("MariaDB does not run as root, and there is no user www-data or nobody")
