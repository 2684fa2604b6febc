"""How the real Odoo 19 of the tests is made: its package from Debian, an environment of its own, a filled database.

Everything made is kept in the program's cache folder, so it is made once per machine. What cannot be had here is said
by `OdooUnavailable`; anything else that goes wrong is a fault of the recipe and ends the tests.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from filelock import FileLock

from app.settings import Folders
from tests.real_odoo.postgres import Cluster, OdooUnavailable, find_postgres, free_port

# Looked up before any test moves the folders.
_CACHE = Folders.of_this_machine().cache / "real-odoo"
_HERE = Path(__file__).parent

PACKAGE, VERSION = "odoo-19", "19.0.0+dfsg-1"
PACKAGE_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
DATABASE = "crm"
_REQUIREMENTS = _HERE / "requirements.txt"
_PEOPLE = _HERE / "people.py"
_PYTHON = (3, 11)
_STALE_S = 14 * 24 * 3600.0
_DEBIAN_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

_ROOT = PurePosixPath("usr/lib/python3/dist-packages")
# What crm and rpc need, and `iap`, which is only imported.
_MODULES = frozenset(
    (
        *("base", "base_setup", "auth_signup", "bus", "calendar", "contacts", "crm", "digest", "html_editor"),
        *("http_routing", "iap", "mail", "phone_validation", "portal", "resource", "rpc", "sales_team", "utm"),
        *("web", "web_tour"),
    )
)
_LEFT_OUT = ("static/tests", "static/description", "static/lib")


@dataclass(frozen=True, slots=True)
class Keys:
    """API keys of the people in the database: each is the right to act as that person.

    Args:
        admin: May everything.
        salesman: Sees and changes only their own deals.
        colleague: Another such salesman.
        newcomer: Works in the company and has no right to its deals.
    """

    admin: str
    salesman: str
    colleague: str
    newcomer: str


@dataclass(frozen=True, slots=True)
class Kit:
    """What a server is started from.

    Args:
        python: The interpreter with Odoo's requirements.
        source: Folder whose ``odoo`` package is Odoo.
        cluster: Archive of a stopped PostgreSQL cluster with the filled database.
        files: Odoo's own files that belong to that database.
        keys: Valid in that database.
    """

    python: Path
    source: Path
    cluster: Path
    files: Path
    keys: Keys


def kit() -> Kit:
    """The kit of this machine, made first where it is not there yet: two minutes and 400 MB.

    Raises:
        OdooUnavailable: when something it needs can be had neither from the cache nor from outside.
    """
    _CACHE.mkdir(parents=True, exist_ok=True)
    find_postgres()
    with FileLock(_CACHE / "lock"):
        with ThreadPoolExecutor(2) as pool:
            unpacking = pool.submit(_made, f"source-{PACKAGE_SHA256[:12]}", _unpack_odoo)
            installing = pool.submit(_made, f"python-{_hash_of(_REQUIREMENTS)}", _make_environment)
            source, environment = unpacking.result(), installing.result()
        python = environment / "bin" / "python"
        filling = f"database-{_hash_of(Path(__file__), _REQUIREMENTS, _PEOPLE)}"
        database = _made(filling, lambda folder: _fill_database(folder, source, python))
    keys = Keys(**json.loads((database / "keys.json").read_text("utf-8")))
    return Kit(python, source, database / "cluster.tar", database / "files", keys)


def write_configuration(target: Path, *, source: Path, files: Path, database_port: int, port: int) -> None:
    """Odoo's own configuration file: everything on 127.0.0.1, no mail, no scheduled work."""
    options = {
        "db_host": "127.0.0.1",
        "db_port": database_port,
        "db_user": "odoo",
        "db_name": DATABASE,
        "db_maxconn": 32,
        "http_interface": "127.0.0.1",
        "http_port": port,
        "workers": 0,
        "max_cron_threads": 0,
        "data_dir": files,
        "addons_path": source / "odoo" / "addons",
        "log_level": "warn",
        "smtp_server": "127.0.0.1",
        "smtp_port": 1,
    }
    target.write_text("[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items()), "utf-8")


def environment_for_odoo(source: Path) -> dict[str, str]:
    """Variables for Odoo's processes: only its own source is on the path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "", "PYTHONUNBUFFERED": "1"}


def _hash_of(*files: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _made(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache, made whole or not at all; those of old recipes go when they are stale."""
    target = _CACHE / name
    for old in _CACHE.glob(f"{name.partition('-')[0]}-*"):
        if old != target and time.time() - old.stat().st_mtime > _STALE_S:
            shutil.rmtree(old, ignore_errors=True)
    if not target.is_dir():
        part = _CACHE / f"{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        make(part)
        part.rename(target)
    os.utime(target)
    return target


def _run(command: Sequence[str | Path], missing: str, **options: object) -> str:
    """What a command printed. Raises OdooUnavailable, which says `missing`, where it fails."""
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    except FileNotFoundError as error:
        raise OdooUnavailable(f"{missing}: there is no {command[0]} here") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip() or error.stdout.strip() or "no word").splitlines()[-1]
        raise OdooUnavailable(f"{missing}: {last}") from error
    return str(done.stdout)


# Odoo's package


def _unpack_odoo(target: Path) -> None:
    with TemporaryDirectory(prefix="vizir-odoo-package-") as folder:
        package = _download(Path(folder))
        with (
            subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as process,
            tarfile.open(fileobj=process.stdout, mode="r|") as archive,
        ):
            archive.extractall(target, members=_wanted(archive), filter="data")
        assert process.returncode == 0, f"{package.name} could not be unpacked"


def _download(folder: Path) -> Path:
    """The package, from the mirror that this machine's own package sources name, checked by its hash."""
    tried: list[str] = []
    for mirror in _mirrors():
        try:
            package = _download_from(mirror, folder)
        except OdooUnavailable as error:
            tried.append(str(error))
            continue
        digest = hashlib.sha256(package.read_bytes()).hexdigest()
        assert digest == PACKAGE_SHA256, f"{package.name} is not the package that the recipe was written for: {digest}"
        return package
    raise OdooUnavailable("; ".join(tried) or "this machine's package sources name no Debian mirror")


def _mirrors() -> list[str]:
    told = _run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], "no package sources")
    found = dict.fromkeys(line.strip() for line in told.splitlines())
    return [address for address in found if address.rstrip("/").endswith("/debian")]


def _download_from(mirror: str, folder: Path) -> Path:
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    signed = f"[signed-by={_DEBIAN_KEYS}] " if _DEBIAN_KEYS.exists() else ""
    (folder / "sources.list").write_text(f"deb {signed}{mirror} sid main\n", "utf-8")
    settings = folder / "apt.conf"
    settings.write_text(
        f'Dir::State::Lists "{folder}/lists";\n'
        f'Dir::Cache "{folder}";\n'
        f'Dir::Etc::SourceList "{folder}/sources.list";\n'
        'Dir::Etc::SourceParts "/dev/null";\n'
        'APT::Sandbox::User "root";\n'
        'Acquire::Languages "none";\n'
        'Acquire::Retries "3";\n',
        "utf-8",
    )
    where = {**os.environ, "APT_CONFIG": str(settings)}
    _run(["apt-get", "update", "--error-on=any"], "the list of Debian's packages cannot be read", env=where)
    _run(
        ["apt-get", "download", f"{PACKAGE}={VERSION}"],
        f"{PACKAGE} {VERSION} cannot be downloaded",
        env=where,
        cwd=folder,
    )
    return next(folder.glob("*.deb"))


def _wanted(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Odoo itself and the modules of the CRM; of all others only what says which modules there are."""
    for member in archive:
        try:
            path = PurePosixPath(member.name).relative_to(_ROOT)
        except ValueError:
            continue
        if (member.isfile() or member.isdir()) and path.parts[:1] == ("odoo",) and _is_wanted(path):
            member.name = str(path)
            yield member


def _is_wanted(path: PurePosixPath) -> bool:
    if path.parts[1:2] != ("addons",) or len(path.parts) < 4:
        return not _is_foreign_text(path)
    module, inside = path.parts[2], str(PurePosixPath(*path.parts[3:]))
    if module not in _MODULES:
        return inside == "__manifest__.py"
    return not inside.startswith(_LEFT_OUT) and not _is_foreign_text(path)


def _is_foreign_text(path: PurePosixPath) -> bool:
    return "i18n" in path.parts and path.suffix == ".po" and path.name != "ru.po"


# The environment


def _make_environment(target: Path) -> None:
    python = next((found for found in map(shutil.which, _python_names()) if found), None)
    if python is None:
        raise OdooUnavailable("Odoo's requirements are pinned for Python 3.11, which is not here")
    _run([python, "-m", "venv", target], "Python could not make an environment")
    arguments = ["install", "--quiet", "--require-hashes", "-r", _REQUIREMENTS]
    try:
        # Ten times as fast as pip, but without pip's settings, which may name the only index within reach.
        _run([sys.executable, "-m", "uv", "pip", *arguments, "--python", target / "bin" / "python"], "uv")
    except OdooUnavailable:
        _run([target / "bin" / "python", "-m", "pip", *arguments], "Odoo's requirements cannot be installed")


def _python_names() -> Iterator[str]:
    if sys.version_info[:2] == _PYTHON:
        yield sys.executable
    yield "python3.11"


# The database


def _fill_database(target: Path, source: Path, python: Path) -> None:
    with private_folder() as folder:
        cluster = Cluster.new(folder / "postgres")
        cluster.start()
        try:
            cluster.sql("create role odoo login createdb")
            cluster.sql(f"create database {DATABASE} owner odoo template template0 encoding 'UTF8'")
            told = _run_odoo(target / "files", source, python, folder, cluster)
        finally:
            cluster.stop("fast")
        cluster.packed(target / "cluster.tar")
    keys = next(line.removeprefix("KEYS ") for line in told.splitlines() if line.startswith("KEYS "))
    (target / "keys.json").write_text(keys, "utf-8")


def _run_odoo(files: Path, source: Path, python: Path, folder: Path, cluster: Cluster) -> str:
    """Initialise the database and make its people; what the latter printed."""
    files.mkdir()
    configuration = folder / "odoo.conf"
    write_configuration(configuration, source=source, files=files, database_port=cluster.port, port=free_port())
    odoo = [python, "-m", "odoo"]
    common = ["-c", configuration, "-d", DATABASE]
    # `rpc` holds the interface /json/2; it is not installed by itself.
    initialise = ["-i", "crm,rpc", "--skip-auto-install", "--with-demo", "--load-language=ru_RU", "--stop-after-init"]
    told = ""
    for command, script in (
        ([*odoo, *common, *initialise], ""),
        ([*odoo, "shell", *common, "--no-http"], _PEOPLE.read_text("utf-8")),
    ):
        done = subprocess.run(
            command, input=script, capture_output=True, text=True, check=False, env=environment_for_odoo(source)
        )
        assert done.returncode == 0, f"Odoo could not be set up: {done.stderr[-3000:]}"
        told = done.stdout + done.stderr
    return told


@contextmanager
def private_folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's user may pass through."""
    with TemporaryDirectory(prefix="vizir-odoo-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
