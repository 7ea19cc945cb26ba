"""The engine, the storage, the feed and the phone, each broken on purpose in one small way."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sync import dating, engine, feed, timekeeping
from sync.chain import Chain
from sync.desk import Desk
from sync.journal import Head, Place
from sync.merge import Stamp
from sync.ports import Mutation, UnavailableError
from sync.simulation import phone, pull, server
from sync.simulation.local import Copy
from sync.simulation.phone import Kept, Phone
from sync.simulation.photos import Album, Files
from sync.simulation.server import Server
from sync.simulation.state import Key, State
from sync.simulation.transaction import Chunk

Patch = AbstractContextManager[Any]
MUTANTS: dict[str, Callable[[], Patch]] = {}


def mutant(make: Callable[[], Patch]) -> Callable[[], Patch]:
    """Registers a fault by its function's name."""
    MUTANTS[make.__name__.replace("_", " ")] = make
    return make


# --- the server's storage and engine ---


@mutant
def acknowledges_before_it_is_durable() -> Patch:
    @contextmanager
    def transaction(self: Server, *, careful: bool) -> Iterator[Chunk]:
        chunk = Chunk(self.state.copied(), self.now_ms, self.token, careful)
        yield chunk
        if self.storm_in is not None:
            self.storm_in = None
            return  # the disk is full, and nobody is told
        chunk.commit()
        self.state = chunk.state

    return patch.object(Server, "transaction", transaction)


@mutant
def leaves_half_of_what_failed() -> Patch:
    @contextmanager
    def transaction(self: Server, *, careful: bool) -> Iterator[Chunk]:
        chunk = Chunk(self.state.copied(), self.now_ms, self.token, careful)
        try:
            yield chunk
            chunk.commit()
        except UnavailableError:
            raise
        finally:
            self.state = chunk.state

    return patch.object(Server, "transaction", transaction)


@mutant
def forgets_what_was_handed_in_before() -> Patch:
    return patch.object(Chunk, "known", lambda _self, _keys: {})


@mutant
def ignores_what_an_entry_depends_on() -> Patch:
    return patch.object(Desk, "is_settled", lambda _self, _key: True)


@mutant
def lets_nothing_go_on_that_waited() -> Patch:
    return patch.object(engine._Chunk, "_release", lambda _self, _settled: None)


@mutant
def takes_a_reused_id_for_a_repeat() -> Patch:
    return patch.object(engine._Chunk, "_key", lambda _self, entry: entry.id)


@mutant
def forgets_that_held_work_went_through() -> Patch:
    """So that the next upgrade, or the next decision, runs it again."""
    return patch.object(Mutation, "resolve", lambda *_args, **_more: None)


@mutant
def asks_nothing_of_what_waited_for_accepted_work() -> Patch:
    """Whoever names accepted work in `after` is free of the rules, on whatever order."""
    return patch.object(engine, "passed_on", lambda settled, _waiter: settled.decision)


@mutant
def takes_what_an_upgrade_makes_wait_for_new() -> Patch:
    """It goes through later, and nobody is told what became of what was held."""
    real = engine._Chunk._try_anew

    def try_anew(self: engine._Chunk, mutation: Mutation, decision: Any) -> None:
        real(self, mutation, decision)
        if mutation.waits_for:
            mutation.wait("waiting_after", mutation.waits_for)

    return patch.object(engine._Chunk, "_try_anew", try_anew)


@mutant
def does_not_see_a_gap() -> Patch:
    real = Head.place

    def place(self: Head, seq: int, prev: str) -> Place:
        found = real(self, seq, prev)
        return Place.NEXT if found is Place.GAP else found

    return patch.object(Head, "place", place)


@mutant
def leaves_what_waits_behind_a_closed_gap() -> Patch:
    return patch.object(Chain, "close_gap", lambda _self, _journal: None)


@mutant
def does_not_tell_of_a_fork() -> Patch:
    real = server.state_of

    def state_of(journal: Any) -> Any:
        told = real(journal)
        return {**told, "forked": False} if told else None

    return patch.object(server, "state_of", state_of)


@mutant
def dates_work_by_the_phone_alone() -> Patch:
    real = timekeeping.correct

    def correct(made_at: str, mono: Any, run: Any, anchors: Any, received_ms: int) -> Any:
        return real(made_at, mono, run, anchors, received_ms + 10**9)

    return patch.object(dating, "correct", correct)


@mutant
def lets_the_edit_stand_that_arrives_last() -> Patch:
    return patch.object(Stamp, "before", lambda _self, _other: False)


# --- the feed ---


@mutant
def lets_the_cursor_pass_what_is_still_being_filled() -> Patch:
    real = feed.assemble

    def assemble(*args: Any) -> Any:
        page = real(*args)
        return replace(page, cursor=replace(page.cursor, backfill=()), more=False)

    return patch.object(pull, "assemble", assemble)


@mutant
def goes_on_behind_a_position_that_is_not_read_to_its_end() -> Patch:
    real = feed.assemble

    def assemble(*args: Any) -> Any:
        page = real(*args)
        return replace(page, cursor=replace(page.cursor, key=None))

    return patch.object(pull, "assemble", assemble)


@mutant
def compares_the_key_of_a_page_as_if_ids_alone_told_rows_apart() -> Patch:
    real = pull._filling

    def filling(state: State, channel: feed.Backfill, bound: feed.Bound) -> Any:
        last = replace(channel, kind="zzz") if channel.id > "p1" else channel
        return real(state, last, bound)

    return patch.object(pull, "_filling", filling)


@mutant
def loses_a_tombstone() -> Patch:
    real = pull._steady

    def steady(*args: Any) -> Any:
        batch = real(*args)
        return replace(batch, rows=[row for row in batch.rows if "gone" not in row])

    return patch.object(pull, "_steady", steady)


@mutant
def goes_on_sending_what_was_revoked() -> Patch:
    real = feed.resume

    def resume(cursor: Any, checkpoint: str, head: int, scope: Any, schema: str) -> Any:
        known = cursor.scope if cursor is not None else ()
        return real(cursor, checkpoint, head, {*scope, *known}, schema)

    return patch.object(pull, "resume", resume)


@mutant
def does_not_notice_that_it_was_put_back() -> Patch:
    return patch.object(pull, "has_forgotten", lambda _state, _cursor: False)


@mutant
def gives_numbers_twice_after_a_restore() -> Patch:
    def note_restore(self: Server) -> None:
        self.state = self.state.copied()
        self.state.facts = {**self.state.facts, "checkpoint": self.token()}

    return patch.object(Server, "note_restore", note_restore)


# --- the phone ---


@mutant
def purges_before_it_is_drained() -> Patch:
    return patch.object(Phone, "purge", lambda self: self.disk.copy.purge())


@mutant
def purges_nothing() -> Patch:
    return patch.object(Phone, "purge", lambda _self: None)


@mutant
def deletes_what_no_backup_holds() -> Patch:
    real = Phone.prune

    def prune(self: Phone, request: Any, answer: Any) -> None:
        receipt = {**answer["receipt"], "backed_up_through": answer["receipt"]["through"]}
        real(self, request, {**answer, "receipt": receipt})

    return patch.object(Phone, "prune", prune)


@mutant
def does_not_see_another_checkpoint() -> Patch:
    return patch.object(phone, "is_another_database", lambda _sent, _answer: False)


@mutant
def hands_nothing_in_again_after_a_restore() -> Patch:
    return patch.object(Phone, "_answer_restore", lambda *_args: None)


@mutant
def believes_a_receipt_about_another_chain() -> Patch:
    return patch.object(Phone, "_is_ours", lambda *_args: True)


@mutant
def never_asks_again_about_what_got_no_verdict() -> Patch:
    def is_open(kept: Kept) -> bool:
        return kept.verdict is not None and kept.verdict["verdict"] == "waiting"

    return patch.object(phone, "_is_open", is_open)


@mutant
def asks_only_about_the_journal_that_it_writes() -> Patch:
    return patch.object(Phone, "_next_to_ask_about", lambda self: self.disk.journal)


@mutant
def believes_what_was_said_before_a_restore() -> Patch:
    return patch.object(Phone, "_doubt", lambda *_args: None)


@mutant
def applies_a_page_to_a_copy_that_has_moved_on() -> Patch:
    real = Copy.apply_page

    def apply_page(self: Copy, _sent: Any, answer: Any) -> None:
        real(self, self.standing.cursor, answer)

    return patch.object(Copy, "apply_page", apply_page)


@mutant
def keeps_what_a_returning_channel_had_before() -> Patch:
    real = Copy.apply_page

    def apply_page(self: Copy, sent: Any, answer: Any) -> None:
        leaving = self.standing.leaving - frozenset(answer["scope"])
        self.standing = replace(self.standing, leaving=leaving)
        real(self, sent, answer)

    return patch.object(Copy, "apply_page", apply_page)


@mutant
def keeps_the_cursor_of_a_page_and_loses_the_page() -> Patch:
    real = Copy.apply_page

    def apply_page(self: Copy, sent: Any, answer: Any) -> None:
        real(self, sent, {**answer, "changes": answer["changes"][:-1]})

    return patch.object(Copy, "apply_page", apply_page)


@mutant
def shows_work_as_arrived_before_it_is() -> Patch:
    """Takes entries out of the overlay with their verdict, before the feed has brought them."""
    return patch.object(Phone, "has_landed", lambda _phone, kept: kept.verdict is not None)


# --- photos ---


@mutant
def deletes_a_photo_on_an_uploads_own_answer() -> Patch:
    def went_up(self: Album, digest: str) -> Album:
        return replace(self, pictures={k: v for k, v in self.pictures.items() if k != digest})

    return patch.object(Album, "went_up", went_up)


@mutant
def takes_a_photo_for_stored_on_an_uploads_own_answer() -> Patch:
    def went_up(self: Album, digest: str) -> Album:
        return self.with_(digest, replace(self.pictures[digest], stored=True, upload=None))

    return patch.object(Album, "went_up", went_up)


@mutant
def deletes_a_photo_that_no_backup_holds() -> Patch:
    def without(self: Album, _safe: Any) -> Album:
        return replace(self, pictures={k: v for k, v in self.pictures.items() if not v.stored})

    return patch.object(Album, "without", without)


@mutant
def never_asks_again_about_a_photo_that_was_stored() -> Patch:
    return patch.object(Album, "to_ask", lambda self, _now_ms: self.unsent())


@mutant
def purges_before_its_photos_are_sent() -> Patch:
    return patch.object(Phone, "is_drained", lambda self: not self.pending())


@mutant
def stores_a_photo_without_proving_its_hash() -> Patch:
    return patch.object(Files, "proves", lambda *_args: True)


@mutant
def names_a_photo_as_stored_when_its_upload_has_begun() -> Patch:
    def receipt(self: Files, asked: Any) -> dict[str, list[str]]:
        begun = {upload.digest for upload in self.database.state.uploads.values()}
        return {"photos": sorted(begun & set(asked)), "backed_up_photos": []}

    return patch.object(Files, "receipt", receipt)


@mutant
def takes_an_answer_off_before_it_was_seen() -> Patch:
    def settled(state: State, person: str, _text: str | None) -> list[Key]:
        return [
            key
            for key, row in state.rows.items()
            if key[0] == "held"
            and (row["person_id"], row["status"], row["left"]) == (person, "settled", False)
        ]

    return patch.object(pull, "settled", settled)


@mutant
def leaves_answers_on_the_phone_for_ever() -> Patch:
    return patch.object(pull, "settled", lambda *_: [])


@mutant
def leaves_the_photos_out_of_the_backup() -> Patch:
    def back_up(self: Files, state: State) -> None:
        state.files = dict.fromkeys(state.files, True)

    return patch.object(Files, "back_up", back_up)
