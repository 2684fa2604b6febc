"""amoCRM's API v4 over HTTP on loopback, with the troubles that a test orders. A fake: see `amocrm_account`."""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.amocrm_account import USER, AmoAccount, Refusal, invalid, problem

HTML = "<html><body><h1>Идут технические работы</h1></body></html>"


def token_until(expires_s: int = 1_900_000_000, **claims: Any) -> str:
    """A long-lived token as amoCRM writes it; the signature is none."""
    told = {
        "aud": "0f",
        "jti": "a" * 80,
        "exp": expires_s,
        "sub": str(USER),
        "account_id": 1,
        "scopes": ["crm"],
        **claims,
    }
    parts = ({"typ": "JWT", "alg": "RS256"}, told)
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*coded, "c2lnbmF0dXJlLW9mLW5vYm9keQ"])


@dataclass
class Trouble:
    """What goes wrong with the next requests.

    Args:
        kind: A key of `_REFUSALS`, or: "barred" (the address, as a page), "html", "moved", "empty" (204), "202",
            "drop" (the connection ends without an answer), "half" (of an answer).
        times: For how many requests; writes only, unless `is_any`.
        is_done: What was asked is done before.
    """

    kind: str
    times: int = 1
    is_any: bool = False
    is_done: bool = False
    path: str = ""


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


class AmoCrmServer:
    """The server; `account` is what it serves, `received` what was asked."""

    def __init__(self) -> None:
        self.account = AmoAccount()
        self.token = token_until()
        self.received: list[Received] = []
        self.troubles: list[Trouble] = []
        self.page_limit = 250
        self.next_host = ""
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.answer(self)

            def do_POST(self) -> None:
                owner.answer(self)

            def do_PATCH(self) -> None:
                owner.answer(self)

            def log_message(self, *_args: object) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def writes(self) -> list[Received]:
        """The changes that arrived, refused ones too."""
        return [item for item in self.received if item.method != "GET"]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length", 0))
        raw = handler.rfile.read(length)
        parts = urlsplit(handler.path)
        asked = Received(
            handler.command,
            parts.path,
            parse_qs(parts.query),
            {name.lower(): value for name, value in handler.headers.items()},
            json.loads(raw) if raw else None,
        )
        with self._lock:
            self.received.append(asked)
            trouble = self._trouble(asked)
            status, body = (200, None) if trouble and not trouble.is_done else self._done(asked)
        if trouble is not None:
            _spoil(handler, trouble.kind, body)
        elif body is None:
            _send(handler, 204, b"")
        else:
            kind = "application/hal+json" if status < 400 else "application/problem+json"
            _send(handler, status, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": kind})

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _trouble(self, asked: Received) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.times > 0 and (trouble.is_any or asked.method != "GET") and trouble.path in asked.path:
                trouble.times -= 1
                return trouble
        return None

    def _done(self, asked: Received) -> tuple[int, Any]:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return 401, problem(401, "Unauthorized", "Authorization has been revoked").body
        path = asked.path.removeprefix("/api/v4/")
        try:
            for pattern, serve in _ROUTES:
                method, _space, form = pattern.partition(" ")
                if method == asked.method and (match := re.fullmatch(form, path)):
                    return 200, serve(self, asked, *match.groups())
        except Refusal as refusal:
            return refusal.status, refusal.body
        return 404, problem(404, "Not Found", "Resource not found").body

    def page(self, asked: Received, key: str, items: list[dict[str, Any]]) -> Any:
        """A page of a list with the address of the next one; None for an empty one."""
        number = int(asked.query.get("page", ["1"])[0])
        limit = min(int(asked.query.get("limit", ["50"])[0]), self.page_limit)
        shown = items[(number - 1) * limit : number * limit]
        if not shown:
            return None
        base = f"{self.next_host or self.address}{asked.path}"
        links = {"self": {"href": base}}
        if number * limit < len(items):
            query = {
                **{name: values for name, values in asked.query.items() if name != "page"},
                "page": [str(number + 1)],
            }
            links["next"] = {"href": f"{base}?{urlencode(query, doseq=True)}"}
        return {"_page": number, "_links": links, "_embedded": {key: shown}}


@contextmanager
def serving() -> Iterator[AmoCrmServer]:
    """A running account."""
    server = AmoCrmServer()
    try:
        yield server
    finally:
        server.close()


def _account(server: AmoCrmServer, asked: Received) -> Any:
    body: dict[str, Any] = {
        "id": 1,
        "name": "ООО «Полюс»",
        "subdomain": "polus",
        "created_at": 1_600_000_000,
        "created_by": 0,
        "updated_at": 1_700_000_000,
        "updated_by": 0,
        "current_user_id": USER,
        "country": "RU",
        "currency": "RUB",
        "currency_symbol": "₽",
        "customers_mode": "disabled",
        "is_unsorted_on": True,
        "is_loss_reason_enabled": True,
        "is_helpbot_enabled": False,
        "is_technical_account": False,
        "contact_name_display_order": 1,
    }
    if "datetime_settings" in asked.query.get("with", [""])[0]:
        times = {"date_pattern": "d.m.Y H:i", "timezone": "Europe/Moscow", "timezone_offset": "+03:00"}
        body["_embedded"] = {"datetime_settings": times}
    return body


def _users(server: AmoCrmServer, asked: Received) -> Any:
    if not server.account.may_list_users:
        raise problem(403, "Forbidden", "Недостаточно прав для списка пользователей")
    return server.page(asked, "users", [_user(server, asked, str(USER)), *server.account.colleagues])


def _user(server: AmoCrmServer, _asked: Received, _number: str) -> Any:
    return {
        "id": USER,
        "name": "Анна Белова",
        "email": "belova@polus.example",
        "lang": "ru",
        "rights": server.account.rights,
    }


def _fields(server: AmoCrmServer, asked: Received, folder: str) -> Any:
    return server.page(asked, "custom_fields", server.account.fields[folder])


def _pipelines(server: AmoCrmServer, asked: Received) -> Any:
    return {"_total_items": len(server.account.pipelines), "_embedded": {"pipelines": server.account.pipelines}}


def _loss_reasons(server: AmoCrmServer, asked: Received) -> Any:
    return server.page(asked, "loss_reasons", server.account.loss_reasons)


def _cards(server: AmoCrmServer, asked: Received, folder: str) -> Any:
    query = asked.query
    extras = query.get("with", [""])[0].split(",")
    ids = {int(item) for item in query.get("filter[id][]", [])}
    since = int(query.get("filter[updated_at][from]", ["0"])[0])
    text = query.get("query", [""])[0]
    found = [
        card
        for card in server.account.cards[folder].values()
        if card["is_deleted"] == ("only_deleted" in extras)
        and (not ids or card["id"] in ids)
        and card["updated_at"] >= since
        and (not text or _holds(card, text))
    ]
    if "asc" in query.get("order[updated_at]", []):
        found.sort(key=lambda card: card["updated_at"])
    return server.page(asked, folder, [_shown(card, extras) for card in found])


def _card(server: AmoCrmServer, asked: Received, folder: str, number: str) -> Any:
    card = server.account.cards[folder].get(int(number))
    return None if card is None else _shown(card, asked.query.get("with", [""])[0].split(","))


def _change_cards(server: AmoCrmServer, asked: Received, folder: str) -> Any:
    changed = [server.account.change(folder, item, str(at)) for at, item in enumerate(asked.body)]
    return {"_embedded": {folder: [{"id": card["id"], "updated_at": card["updated_at"]} for card in changed]}}


def _add_notes(server: AmoCrmServer, asked: Received, folder: str) -> Any:
    made = []
    for at, wanted in enumerate(asked.body):
        _must_exist(server, folder, wanted["entity_id"], at)
        number = server.account.next_id()
        server.account.notes[number] = {
            "id": number,
            "entity_id": wanted["entity_id"],
            "created_by": USER,
            "updated_by": USER,
            "created_at": server.account.now_s,
            "updated_at": server.account.tick(),
            "responsible_user_id": USER,
            "group_id": 0,
            "note_type": wanted["note_type"],
            "params": {"text": wanted["params"]["text"]},
            "account_id": 1,
        }
        made.append({"id": number, "entity_id": wanted["entity_id"], "request_id": str(at)})
    return {"_embedded": {"notes": made}}


def _notes(server: AmoCrmServer, asked: Received, _folder: str, number: str) -> Any:
    kinds = asked.query.get("filter[note_type][]", [])
    found = [
        note
        for note in server.account.notes.values()
        if note["entity_id"] == int(number) and (not kinds or note["note_type"] in kinds)
    ]
    if "desc" in asked.query.get("order[updated_at]", []):
        found.sort(key=lambda note: -note["updated_at"])
    return server.page(asked, "notes", found)


def _note(server: AmoCrmServer, _asked: Received, _folder: str, _lead: str, number: str) -> Any:
    return server.account.notes.get(int(number))


def _change_note(server: AmoCrmServer, asked: Received, _folder: str, _lead: str, number: str) -> Any:
    note = server.account.notes[int(number)]
    note["params"] = {"text": asked.body["params"]["text"]}
    note["updated_at"] = server.account.tick()
    return {"id": note["id"], "entity_id": note["entity_id"], "updated_at": note["updated_at"]}


def _add_tasks(server: AmoCrmServer, asked: Received) -> Any:
    made = []
    for at, wanted in enumerate(asked.body):
        _must_exist(server, wanted["entity_type"], wanted["entity_id"], at)
        number = server.account.next_id()
        server.account.tasks[number] = {
            "id": number,
            "created_by": USER,
            "updated_by": USER,
            "created_at": server.account.now_s,
            "updated_at": server.account.tick(),
            "responsible_user_id": wanted.get("responsible_user_id", USER),
            "group_id": 0,
            "entity_id": wanted["entity_id"],
            "entity_type": wanted["entity_type"],
            "duration": 0,
            "is_completed": False,
            "task_type_id": wanted["task_type_id"],
            "text": wanted["text"],
            "result": [],
            "complete_till": wanted["complete_till"],
            "account_id": 1,
        }
        made.append({"id": number, "request_id": str(at)})
    return {"_embedded": {"tasks": made}}


def _tasks(server: AmoCrmServer, asked: Received) -> Any:
    ids = {int(item) for item in asked.query.get("filter[entity_id][]", [])}
    return server.page(asked, "tasks", [task for task in server.account.tasks.values() if task["entity_id"] in ids])


def _task(server: AmoCrmServer, _asked: Received, number: str) -> Any:
    return server.account.tasks.get(int(number))


def _change_task(server: AmoCrmServer, asked: Received, number: str) -> Any:
    task = server.account.tasks[int(number)]
    task |= {name: asked.body[name] for name in ("is_completed", "result", "text") if name in asked.body}
    task["updated_at"] = server.account.tick()
    return {"id": task["id"], "updated_at": task["updated_at"]}


_FOLDER = "(leads|contacts|companies)"
_ROUTES: list[tuple[str, Any]] = [
    ("GET account", _account),
    ("GET users", _users),
    (r"GET users/(\d+)", _user),
    (f"GET {_FOLDER}/custom_fields", _fields),
    ("GET leads/pipelines", _pipelines),
    ("GET leads/loss_reasons", _loss_reasons),
    (f"GET {_FOLDER}", _cards),
    (rf"GET {_FOLDER}/(\d+)", _card),
    (f"PATCH {_FOLDER}", _change_cards),
    (f"POST {_FOLDER}/notes", _add_notes),
    (rf"GET {_FOLDER}/(\d+)/notes", _notes),
    (rf"GET {_FOLDER}/(\d+)/notes/(\d+)", _note),
    (rf"PATCH {_FOLDER}/(\d+)/notes/(\d+)", _change_note),
    ("POST tasks", _add_tasks),
    ("GET tasks", _tasks),
    (r"GET tasks/(\d+)", _task),
    (r"PATCH tasks/(\d+)", _change_task),
]


def _must_exist(server: AmoCrmServer, folder: str, number: int, at: int) -> None:
    card = server.account.cards[folder].get(number)
    if card is None or card["is_deleted"]:
        raise invalid(str(at), ("NotFound", "entity_id", "Entity not found"))


def _shown(card: dict[str, Any], extras: list[str]) -> dict[str, Any]:
    if card["is_deleted"]:
        return (
            {name: card[name] for name in ("id", "updated_by", "updated_at", "is_deleted")}
            if "only_deleted" in extras
            else card
        )
    hidden = {"contacts", "leads"} - set(extras)
    return {**card, "_embedded": {name: items for name, items in card["_embedded"].items() if name not in hidden}}


def _holds(card: dict[str, Any], text: str) -> bool:
    values = [str(item["value"]) for entry in card["custom_fields_values"] or [] for item in entry["values"]]
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 7:
        return any(digits in re.sub(r"\D", "", value) for value in values)
    return any(text.lower() in value.lower() for value in [card["name"], *values])


def _spoil(handler: BaseHTTPRequestHandler, kind: str, body: Any) -> None:
    page = {"Content-Type": "text/html; charset=utf-8"}
    if kind == "drop":
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
    elif kind == "half":
        raw = json.dumps(body or {"_embedded": {}}).encode()
        _send(handler, 200, raw[: len(raw) // 2], {"Content-Type": "application/hal+json"}, promised=len(raw))
    elif kind == "html":
        _send(handler, 200, HTML.encode(), page)
    elif kind == "barred":
        _send(handler, 403, b"<html><body>403 Forbidden</body></html>", page)
    elif kind == "moved":
        _send(handler, 301, b"", {"Location": "https://elsewhere.example/api/v4/leads"})
    elif kind == "202":
        # Taken for later and then forgotten.
        _send(handler, 202, b"{}", {"Content-Type": "application/hal+json"})
    elif kind == "empty":
        _send(handler, 204, b"")
    else:
        _refuse(handler, kind)


_REFUSALS = {
    "401": (401, "Unauthorized", "Token has expired"),
    "402": (402, "Payment Required", "Account is not paid"),
    "right": (403, "Forbidden", "Недостаточно прав для изменения сделок"),
    "blocked": (403, "Forbidden", "Your IP is blocked"),
    "404": (404, "Not Found", "Resource not found"),
    "429": (429, "Too Many Requests", "Requests limit exceeded"),
    "500": (500, "Internal Server Error", "An error occurred"),
}


def _refuse(handler: BaseHTTPRequestHandler, kind: str) -> None:
    status, title, detail = _REFUSALS[kind]
    headers = {"Content-Type": "application/problem+json", **({"Retry-After": "7"} if status == 429 else {})}
    _send(handler, status, json.dumps(problem(status, title, detail).body, ensure_ascii=False).encode(), headers)


def _send(
    handler: BaseHTTPRequestHandler,
    status: int,
    raw: bytes,
    headers: dict[str, str] | None = None,
    promised: int | None = None,
) -> None:
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    if status != 204:
        handler.send_header("Content-Length", str(promised or len(raw)))
    handler.end_headers()
    handler.wfile.write(raw)
    if promised:
        handler.close_connection = True
