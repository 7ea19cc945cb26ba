"""The journal on a phone, read from the browser's own database."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from sync.journal import GENESIS, hashes

_READ = """async () => {
  const named = (await indexedDB.databases()).find(({ name }) => name.startsWith('onsite-journal-'))
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open(named.name)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  const all = (store, what) => new Promise((resolve, reject) => {
    const asking = database.transaction(store).objectStore(store)[what]()
    asking.onsuccess = () => resolve(asking.result)
    asking.onerror = () => reject(asking.error)
  })
  const entries = await all('entries', 'getAll')
  const photos = await all('photos', 'getAllKeys')
  const head = (await all('state', 'getAll')).find(({ key }) => key === 'head')
  database.close()
  return { entries, photos, head }
}"""
_FIELDS = (
    "id", "journal", "seq", "prev", "name", "version", "args", "after", "made_at", "mono_ms", "run",
)  # fmt: skip


@dataclass(frozen=True)
class JournalOnPhone:
    """What a phone has written down.

    Attributes:
        made: its entries, in order, with what the phone knows of them.
        acknowledged: up to which `seq` the server has said that they are safe.
        photos: hashes of the files that lie beside.
    """

    journal: str
    made: list[dict[str, Any]]
    acknowledged: int
    photos: list[str]
    head: dict[str, Any]

    def check(self) -> None:
        """The chain is whole, its end is the last entry, and every photo named has its bytes."""
        prev = GENESIS
        for number, stored in enumerate(self.made, 1):
            entry = {name: stored[name] for name in _FIELDS}
            assert (entry["seq"], entry["prev"]) == (number, prev)
            prev = hashes(entry)[0]
            assert prev == stored["hash"]
        assert (self.head["seq"], self.head["hash"]) == (len(self.made), prev)
        named = {e["args"]["sha256"] for e in self.made if e["name"] == "visit.add_photo"}
        assert named == set(self.photos)


def read_journal(page: Page) -> JournalOnPhone:
    """The journal of the one person on this phone."""
    found = page.evaluate(_READ)
    made = sorted(found["entries"], key=lambda entry: int(entry["seq"]))
    safe = [entry["seq"] for entry in made if entry["durable"]]
    head = found["head"]
    return JournalOnPhone(head["journal"], made, max(safe, default=0), found["photos"], head)
