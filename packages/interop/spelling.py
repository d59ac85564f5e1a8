"""Values of a row as the suite compares them, for the engines that speak Python."""
import math
from datetime import datetime, timedelta, timezone
from decimal import Decimal

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def text(value):
    """A value as the suite compares it: whole numbers as text, instants in microseconds since 1970, days as text."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list):
        return [text(item) for item in value]
    if isinstance(value, dict):
        return {name: text(item) for name, item in value.items()}
    if hasattr(value, "timestamp"):
        # A clock without a zone is taken as one in UTC.
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return str((moment - EPOCH) // timedelta(microseconds=1))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
