"""Proofs under faults: killed servers, cut networks, several processes, real browsers."""
