"""Stock: an append-only ledger of moves, and what it leaves in each van."""
