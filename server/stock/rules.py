"""Rules of stock; pure. The ledger is append-only, its sum is the balance [3.5]."""

MOST = 9999
# `used` and `taken_back` come from field work alone.
REASONS = ("issue", "return", "count")
# An old part is recovered from the van, then analysed or scrapped [3.5].
OLD_PART_STEPS = {
    "removed": ("recovered",),
    "recovered": ("analysis", "scrap"),
    "analysis": ("scrap",),
    "scrap": (),
    "taken_back": (),  # with the line of the part that was recorded by mistake
}


def van_stock_id(person_id: str, part_id: str) -> str:
    """Id of the balance of a part in a person's van."""
    return f"{person_id}:{part_id}"
