"""HTTP for all rooms: routes and who may use them, one error body, headers, limits, documents."""
