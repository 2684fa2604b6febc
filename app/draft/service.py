"""Makes a draft: code finds, the model points, code proves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.core.cancel import CancelToken
from app.core.ids import canonical_json, text_sha256
from app.core.language_model import LanguageModel
from app.deals.model import FieldType
from app.draft.candidates import Candidates
from app.draft.claims import contradicted
from app.draft.conversation import Conversation
from app.draft.facts import facts, field_facts
from app.draft.fields import fill
from app.draft.heard_otherwise import with_words_heard
from app.draft.likely import turns_about
from app.draft.likely_items import likely_items
from app.draft.line_items import line_items
from app.draft.meaning import by_meaning, steps_by_meaning
from app.draft.model import CallKind, Draft, Engine, FieldStatus, FieldValue
from app.draft.note import note_lines
from app.draft.pointing import OpenList, ask
from app.draft.ports import TopicReader
from app.draft.prompts import prompt_version
from app.draft.questions import questions
from app.draft.reading import Pointers, Reading
from app.draft.signs import call_kind, is_urgent, risks, sentiment
from app.draft.steps import next_steps, promises
from app.draft.topics import SETTLED_BY_CALL, Topics
from app.draft.unsure_sides import with_unsure_sides
from app.profile.model import Profile
from app.recording.model import Call
from app.transcript.model import Transcript

_MODEL_SHARE = 0.9


class DraftService:
    """Turns transcripts into drafts.

    Args:
        model: Points at turns; without it there is no draft.
        profile: Whose fields, prices and knowledge count.
        topic_reader: Tells what each turn speaks of; without it only the rules' own phrases count.
    """

    def __init__(self, model: LanguageModel, profile: Profile, topic_reader: TopicReader | None = None) -> None:
        self._model = model
        self._profile = profile
        self._topic_reader = topic_reader

    def draft(
        self, call: Call, transcript: Transcript, *, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> Draft:
        """The draft of a call. The same transcript, profile and model give the same draft.

        Args:
            call: The call; relative dates count from its moment.
            transcript: All turns; may be empty.
            on_progress: Told the share that is done, 0 to 1.
            cancel: Stops the work.

        Raises:
            UserFixable, ExternalFailure, ModelOutputRejected: The model failed; no poorer draft is made in its place.
            Cancelled: The token was set.
        """
        conversation = Conversation(transcript)
        candidates = Candidates(conversation, call.at)
        topics = _topics(self._topic_reader, conversation, candidates, self._profile)
        reading = Reading(conversation, candidates, self._profile, call.at, topics=topics)
        made = _assembled(reading, transcript, call.id)
        if conversation.turns:
            pointers = ask(
                self._model,
                _left_open(made, reading),
                cancel,
                lambda share: on_progress(share * _MODEL_SHARE),
            )
            cancel.raise_if_cancelled()
            made = _assembled(replace(reading, pointers=pointers), transcript, call.id)
        on_progress(1.0)
        engine = Engine(
            input="text" if transcript.model == "text" else "audio",
            asr=transcript.model,
            llm=self._model.name,
            prompt="-".join([prompt_version(), *([self._topic_reader.version] if self._topic_reader else [])]),
            transcribe_s=transcript.transcribe_s,
        )
        return replace(made, engine=engine)


def _left_open(made: Draft, reading: Reading) -> list[OpenList]:
    """Lists of a sale whose option no rule could settle.

    Each question costs the embedded model ten seconds and more, so it reads only turns that speak of the field.
    """
    if made.kind is not CallKind.SALES:
        return []
    return [
        (definition, spoken_of)
        for definition in reading.profile.fields
        if definition.type is FieldType.ENUM
        and definition.key not in SETTLED_BY_CALL
        and made.fields[definition.key].status is FieldStatus.EMPTY
        and (spoken_of := turns_about(reading, definition.key))
    ]


def assemble(
    transcript: Transcript,
    profile: Profile,
    call_id: str,
    at: datetime,
    pointers: Pointers,
    *,
    topic_reader: TopicReader | None = None,
) -> Draft:
    """The part of a draft that code makes, given where the models pointed."""
    conversation = Conversation(transcript)
    candidates = Candidates(conversation, at)
    topics = _topics(topic_reader, conversation, candidates, profile)
    return _assembled(Reading(conversation, candidates, profile, at, pointers, topics), transcript, call_id)


def _topics(reader: TopicReader | None, conversation: Conversation, candidates: Candidates, profile: Profile) -> Topics:
    if reader is None:
        return Topics()
    return reader.read(facts(conversation, candidates), field_facts(conversation, profile.fields))


def _assembled(reading: Reading, transcript: Transcript, call_id: str) -> Draft:
    kind = call_kind(reading)
    sells = kind in (CallKind.SALES, CallKind.VOICEMAIL)
    found_steps = promises(reading) if kind is not CallKind.WRONG_NUMBER else ()
    steps = steps_by_meaning(reading, kind, next_steps(found_steps))
    items = line_items(reading) if sells else ()
    items = (*items, *likely_items(reading, items)) if sells else ()
    values = by_meaning(reading, kind, fill(reading, kind, items, found_steps), found_steps, steps)
    claims = contradicted(reading) if kind in (CallKind.SALES, CallKind.SERVICE) else []
    decision = values.get("decision_maker", FieldValue("decision_maker"))
    stage = values.get("stage", FieldValue("stage"))
    found = risks(reading, kind, [quote for quote, _file, _passage in claims], decision, stage)
    made = Draft(
        call_id=call_id,
        at=reading.at,
        kind=kind,
        fields=values,
        note=note_lines(reading, kind, values, items, steps, found, claims),
        next_steps=steps,
        line_items=items,
        risks=found,
        sentiment=sentiment(reading, found, stage),
        questions=questions(reading.profile, kind, values),
        engine=Engine("", "", "", ""),
        transcript_sha256=text_sha256(canonical_json(transcript.to_json())),
        extra={
            "urgent": is_urgent(reading, found),
            "claims": [{"said": quote.quote, "file": file, "base": passage} for quote, file, passage in claims],
        },
    )
    return with_unsure_sides(_proven_as_heard(made, reading, transcript), reading.conversation)


def _proven_as_heard(made: Draft, reading: Reading, transcript: Transcript) -> Draft:
    """The draft after its proofs were repeated with the recogniser's own words.

    Topics are not read again: they go by the places of turns and sentences, which are the same.
    """
    heard = transcript.as_heard()
    if heard is transcript:
        return made
    conversation = Conversation(heard)
    as_heard = replace(reading, conversation=conversation, candidates=Candidates(conversation, reading.at))
    return with_words_heard(made, _assembled(as_heard, heard, made.call_id), transcript)
