"""A pretended Bitrix24 portal on loopback. No live portal stands behind it: the vendor's SDK keeps it honest.

It answers as the vendor's pages say, and misbehaves as a test tells it to.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.bitrix24_cards import COMPANY, CONTACT, DEAL, KINDS, PAGE, Cards, Record, RefusalError

KEY = "abc123def456ghi7"
_PATH = re.compile(r"/rest/(?P<api>api/)?(?P<user>\d+)/(?P<key>[^/]+)/(?P<method>[\w.]+?)(?:\.json)?$")
_FINISH_S = 1_780_000_000.0


class Trouble(StrEnum):
    """How the portal misbehaves at one request."""

    LIMIT = "limit"
    OPERATING = "operating"
    OVERLOAD = "overload"
    EXPIRED = "expired"
    PLAN = "plan"
    BROKEN = "broken"
    PAGE = "page"
    MOVED = "moved"
    DROP_BEFORE = "drop before"
    DROP_AFTER = "drop after"


_TOLD = {
    Trouble.LIMIT: RefusalError(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"),
    Trouble.OPERATING: RefusalError(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit."),
    Trouble.OVERLOAD: RefusalError(401, "OVERLOAD_LIMIT", "REST API is blocked due to overload."),
    Trouble.EXPIRED: RefusalError(401, "expired_token", "The access token provided has expired."),
    Trouble.PLAN: RefusalError(401, "ACCESS_DENIED", "REST is available only by subscription"),
    Trouble.BROKEN: RefusalError(500, "INTERNAL_SERVER_ERROR", "Internal server error"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the portal got it; the questions of a batch follow it one by one."""

    method: str
    params: Record
    headers: Mapping[str, str]
    is_rest3: bool


@dataclass
class Portal:
    """The running portal.

    Args:
        cards: What stands in it; a test changes it as a colleague would.
        troubles: By method ("*" for any), what happens to the next requests of it, one after the other.
        has_rest3: False for an older portal, which knows the method by its first way only.
        is_key_good: False once the webhook was removed.
    """

    cards: Cards
    address: str = ""
    troubles: dict[str, list[Trouble]] = field(default_factory=dict)
    received: list[Request] = field(default_factory=list)
    has_rest3: bool = True
    is_key_good: bool = True
    replays: dict[str, tuple[str, Record]] = field(default_factory=dict)

    @property
    def webhook(self) -> str:
        return f"{self.address}/rest/{self.cards.user_id}/{KEY}/"

    def methods(self) -> list[str]:
        """Names of the methods that were called, in their order."""
        return [request.method for request in self.received]

    def trouble(self, method: str) -> Trouble | None:
        for name in (method, "*"):
            if self.troubles.get(name):
                return self.troubles[name].pop(0)
        return None

    def answer(self, request: Request) -> Record:
        """The body of a good answer. Raises RefusalError."""
        name = f"rest3:{request.method}" if request.is_rest3 else request.method
        if name not in _METHODS:
            raise RefusalError(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
        scope = _SCOPES.get(request.method.split(".")[0])
        if scope and scope not in self.cards.scopes:
            raise RefusalError(401, "insufficient_scope", "The request requires higher privileges")
        told = _METHODS[name](self, request)
        body = told if isinstance(told, dict) and "result" in told and "_whole" in told else {"result": told}
        body.pop("_whole", None)
        when = self.cards.now.isoformat(timespec="seconds")
        time = {"start": _FINISH_S - 1, "finish": _FINISH_S, "duration": 1.0, "processing": 0.5}
        days = {"date_start": when, "date_finish": when}
        return {**body, "time": {**time, **days, "operating_reset_at": int(_FINISH_S) + 37, "operating": 0.1}}


def _profile(portal: Portal, _request: Request) -> Record:
    return {"ID": str(portal.cards.user_id), "ADMIN": False, "NAME": "Анна", "LAST_NAME": "Орлова"}


def _item_fields(portal: Portal, request: Request) -> Record:
    entity = int(request.params["entityTypeId"])
    if entity in portal.cards.denied:
        raise RefusalError(400, "ACCESS_DENIED", "Доступ запрещён")
    return {"fields": portal.cards.fields[entity]}


def _item_list(portal: Portal, request: Request) -> Record:
    start = int(request.params.get("start") or 0)
    items, total = portal.cards.listed(int(request.params["entityTypeId"]), request.params)
    return _page({"items": items}, start, total)


def _page(result: Any, start: int, total: int) -> Record:
    if start < 0:
        return {"_whole": True, "result": result}
    following = {"next": start + PAGE} if start + PAGE < total else {}
    return {"_whole": True, "result": result, "total": total, **following}


def _paged(rows: list[Any], request: Request, name: str = "") -> Record:
    start = int(request.params.get("start") or 0)
    part = rows[start : start + PAGE]
    return _page({name: part} if name else part, start, len(rows))


def _item_get(portal: Portal, request: Request) -> Record:
    return {"item": portal.cards.got(int(request.params["entityTypeId"]), int(request.params["id"]))}


def _item_update(portal: Portal, request: Request) -> Record:
    given = request.params
    return {"item": portal.cards.update(int(given["entityTypeId"]), int(given["id"]), given["fields"])}


def _old_update(entity: int) -> Callable[[Portal, Request], bool]:
    def update(portal: Portal, request: Request) -> bool:
        portal.cards.drop_numbers(entity, int(request.params["id"]), request.params["fields"])
        return True

    return update


def _own_fields(entity: int) -> Callable[[Portal, Request], Record]:
    def listed(portal: Portal, request: Request) -> Record:
        return _paged(portal.cards.own_fields[KINDS[entity]], request)

    return listed


def _old_fields(_portal: Portal, _request: Request) -> Record:
    return {
        "PHONE": {"type": "crm_multifield", "isMultiple": True, "title": "Телефон"},
        "EMAIL": {"type": "crm_multifield", "isMultiple": True, "title": "E-mail"},
    }


def _statuses(portal: Portal, request: Request) -> list[Record]:
    return portal.cards.statuses.get(str(request.params["filter"]["ENTITY_ID"]), [])


def _requisites(portal: Portal, request: Request) -> list[Record]:
    condition = request.params["filter"]
    if "RQ_INN" in condition:
        return [row for row in portal.cards.requisites if row["RQ_INN"] == condition["RQ_INN"]]
    given = condition["@ENTITY_ID"]
    wanted = {str(item) for item in (given.values() if isinstance(given, dict) else given)}
    return [row for row in portal.cards.requisites if row["ENTITY_ID"] in wanted]


def _duplicates(portal: Portal, request: Request) -> Any:
    entity = {"CONTACT": CONTACT, "COMPANY": COMPANY}[request.params["entity_type"]]
    given = request.params["values"]
    values = list(given.values()) if isinstance(given, dict) else list(given)
    return portal.cards.duplicates(entity, request.params["type"], values)


def _comment_add(portal: Portal, request: Request) -> int:
    given = request.params["fields"]
    if int(given["ENTITY_ID"]) not in portal.cards.cards[DEAL]:
        raise RefusalError(400, "OWNER_NOT_FOUND", "Владелец не найден")
    made = portal.cards.number()
    portal.cards.comments[made] = {"ID": str(made), "AUTHOR_ID": str(portal.cards.user_id), **given}
    return made


def _comment_list(portal: Portal, request: Request) -> Record:
    deal = str(request.params["filter"]["ENTITY_ID"])
    rows = [row for row in portal.cards.comments.values() if str(row["ENTITY_ID"]) == deal]
    rows.sort(key=lambda row: int(row["ID"]), reverse=(request.params.get("order") or {}).get("ID") == "DESC")
    return _paged(rows, request)


def _comment_delete(portal: Portal, request: Request) -> None:
    if portal.cards.comments.pop(int(request.params["id"]), None) is None:
        raise RefusalError(400, "NOT_FOUND", "Not found")


def _task_add(portal: Portal, request: Request) -> Record:
    given = request.params["fields"]
    made = portal.cards.number()
    portal.cards.tasks[made] = {
        "id": str(made),
        "title": given["TITLE"],
        "description": given.get("DESCRIPTION", ""),
        "deadline": given.get("DEADLINE"),
        "responsibleId": str(given["RESPONSIBLE_ID"]),
        "ufCrmTask": given["UF_CRM_TASK"],
    }
    return {"task": portal.cards.tasks[made]}


def _task_add_rest3(portal: Portal, request: Request) -> Record:
    key, body = request.headers.get("idempotency-key", ""), json.dumps(request.params, sort_keys=True)
    if key in portal.replays:
        before, told = portal.replays[key]
        if before != body:
            raise RefusalError(422, "BITRIX_REST_V3_EXCEPTION_IDEMPOTENCYKEYREUSEDEXCEPTION", "The key was used before")
        return told
    given = request.params["fields"]
    if not given.get("title"):
        raise RefusalError(400, "BITRIX_REST_V3_EXCEPTION_VALIDATION_REQUESTVALIDATIONEXCEPTION", "title")
    made = portal.cards.number()
    portal.cards.tasks[made] = {
        "id": str(made),
        "title": given["title"],
        "description": given.get("description", ""),
        "deadline": given.get("deadline"),
        "responsibleId": str(given["responsibleId"]),
        "ufCrmTask": given["crmItemIds"],
    }
    told = {"item": {**portal.cards.tasks[made], "id": made}}
    portal.replays[key] = (body, told)
    return told


def _task_list(portal: Portal, request: Request) -> Record:
    wanted = str((request.params.get("filter") or {}).get("UF_CRM_TASK", ""))
    rows = [task for task in portal.cards.tasks.values() if not wanted or wanted in task["ufCrmTask"]]
    return _paged(list(reversed(rows)), request, "tasks")


def _task_delete(portal: Portal, request: Request) -> Record:
    if portal.cards.tasks.pop(int(request.params["taskId"]), None) is None:
        raise RefusalError(400, "ERROR_CORE", "Задача не найдена или недоступна")
    return {"task": True}


def _calls(portal: Portal, request: Request) -> Record:
    given = request.params.get("FILTER") or {}
    since = datetime.fromisoformat(given.get(">=CALL_START_DATE", "2000-01-01T00:00:00+00:00"))
    mine = str(given.get("PORTAL_USER_ID", ""))
    rows = [
        row
        for row in portal.cards.calls
        if datetime.fromisoformat(row["CALL_START_DATE"]) >= since and (not mine or row["PORTAL_USER_ID"] == mine)
    ]
    return _paged(rows, request)


def _file(portal: Portal, request: Request) -> Record:
    found = portal.cards.files.get(int(request.params["id"]))
    if found is None:
        raise RefusalError(400, "ERROR_NOT_FOUND", "Could not find entity with id")
    return {"ID": str(request.params["id"]), "NAME": found["name"], "DOWNLOAD_URL": f"{portal.address}{found['path']}"}


def _batch(portal: Portal, request: Request) -> Record:
    results: Record = {}
    errors: Record = {}
    following: Record = {}
    commands = request.params["cmd"]
    for name, line in commands.items() if isinstance(commands, dict) else enumerate(commands):
        method, _mark, query = line.partition("?")
        method = method.lower()
        inner = Request(method, _nested(query), request.headers, is_rest3=False)
        portal.received.append(inner)
        trouble = portal.trouble(method)
        try:
            if trouble in _TOLD:
                raise _TOLD[trouble]
            body = portal.answer(inner)
        except RefusalError as refusal:
            errors[str(name)] = {"error": refusal.code, "error_description": refusal.text}
            continue
        results[str(name)] = body["result"]
        if "next" in body:
            following[str(name)] = body["next"]
    # PHP writes an empty map as a list.
    empty: Any = [] if portal.cards.is_php_empty else {}
    return {
        "result": results or empty,
        "result_error": errors or empty,
        "result_total": empty,
        "result_next": following or empty,
        "result_time": empty,
    }


_SCOPES = {"crm": "crm", "tasks": "task", "voximplant": "telephony", "disk": "disk"}
_METHODS: dict[str, Callable[[Portal, Request], Any]] = {
    "profile": _profile,
    "scope": lambda portal, _request: list(portal.cards.scopes),
    "server.time": lambda portal, _request: portal.cards.now.isoformat(timespec="seconds"),
    "batch": _batch,
    "crm.item.fields": _item_fields,
    "crm.item.list": _item_list,
    "crm.item.get": _item_get,
    "crm.item.update": _item_update,
    "crm.contact.update": _old_update(CONTACT),
    "crm.company.update": _old_update(COMPANY),
    "crm.contact.fields": _old_fields,
    "crm.company.fields": _old_fields,
    "crm.deal.userfield.list": _own_fields(DEAL),
    "crm.contact.userfield.list": _own_fields(CONTACT),
    "crm.company.userfield.list": _own_fields(COMPANY),
    "crm.category.list": lambda portal, _request: {"categories": portal.cards.categories},
    "crm.status.list": _statuses,
    "crm.requisite.list": _requisites,
    "crm.duplicate.findbycomm": _duplicates,
    "crm.timeline.comment.add": _comment_add,
    "crm.timeline.comment.list": _comment_list,
    "crm.timeline.comment.delete": _comment_delete,
    "tasks.task.add": _task_add,
    "rest3:tasks.task.add": _task_add_rest3,
    "tasks.task.list": _task_list,
    "tasks.task.delete": _task_delete,
    "voximplant.statistic.get": _calls,
    "disk.file.get": _file,
}


def _nested(query: str) -> Record:
    """The parameters of a query as PHP reads them: "filter[@id][0]=5"."""
    found: Record = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parts = re.findall(r"[^\[\]]+", name)
        inner = found
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
        inner[parts[-1]] = value
    return {key: _as_list(value) for key, value in found.items()}


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_list(item) for key, item in value.items()}
    is_list = list(inner) == [str(n) for n in range(len(inner))] and not any(
        isinstance(v, dict) for v in inner.values()
    )
    return list(inner.values()) if is_list else inner


@contextmanager
def bitrix24_portal(certificate: Path | None = None, cards: Cards | None = None) -> Iterator[Portal]:
    """A running portal.

    Args:
        certificate: A file with a key and a certificate; the portal speaks https with it.
    """
    portal = Portal(cards or Cards())
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(portal))
    http.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        http.socket = context.wrap_socket(http.socket, server_side=True)
    portal.address = f"http{'s' if certificate else ''}://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield portal
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler(portal: Portal) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            for file in portal.cards.files.values():
                if self.path == file["path"]:
                    self._send(200, file["content"], "audio/mpeg")
                    return
            self._send(404, b"<html>404</html>", "text/html")

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            found = _PATH.match(self.path)
            if found is None:
                self._refuse(RefusalError(404, "ERROR_METHOD_NOT_FOUND", "Method not found!"))
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            # The portal does not mind capitals in names of methods; the vendor's client sends some.
            request = Request(found["method"].lower(), json.loads(raw or b"{}"), headers, is_rest3=bool(found["api"]))
            portal.received.append(request)
            trouble = portal.trouble(request.method)
            if trouble is Trouble.DROP_BEFORE:
                self._hang_up()
            elif trouble is Trouble.PAGE:
                self._send(200, b"<html><title>Login</title></html>", "text/html")
            elif trouble is Trouble.MOVED:
                self._send(302, b"", "text/html", location="https://new.example/rest/")
            elif trouble in _TOLD:
                self._refuse(_TOLD[trouble])
            elif not portal.is_key_good or found["key"] != KEY:
                self._refuse(RefusalError(401, "INVALID_CREDENTIALS", "Invalid request credentials"))
            elif request.is_rest3 and not portal.has_rest3:
                self._refuse(RefusalError(404, "ERROR_METHOD_NOT_FOUND", "Method not found!"))
            else:
                self._answer(request, is_dropped=trouble is Trouble.DROP_AFTER)

        def _answer(self, request: Request, *, is_dropped: bool) -> None:
            try:
                body = portal.answer(request)
            except RefusalError as refusal:
                self._refuse(refusal, is_rest3=request.is_rest3)
                return
            if is_dropped:
                self._hang_up()
                return
            self._send(200, json.dumps(body, ensure_ascii=False).encode())

        def _refuse(self, refusal: RefusalError, *, is_rest3: bool = False) -> None:
            body: Record = {"error": refusal.code, "error_description": refusal.text}
            if is_rest3 and refusal.code.startswith("BITRIX_REST_V3"):
                body = {"error": {"code": refusal.code, "message": refusal.text}}
            self._send(refusal.status, json.dumps(body, ensure_ascii=False).encode())

        def _send(
            self, status: int, raw: bytes, kind: str = "application/json; charset=utf-8", location: str = ""
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(raw)

        def _hang_up(self) -> None:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

        def log_message(self, *_args: object) -> None:
            return

    return Handler
