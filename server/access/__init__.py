"""Log-ins: opening, checking and ending them, devices, forgotten passwords, the first set-up."""
