"""Messages that no page of ours sends."""

import json

LIMIT = 16 * 1024
A_FEW = 15
"""Messages at once that are not yet a flood."""
NONSENSE: list[str | bytes] = [
    "",
    "hello",
    "null",
    "true",
    "17",
    "1e999",
    "NaN",
    "9" * 10_000,
    '"text"',
    "[]",
    "[[[]]]",
    "{}",
    "[" * 8000,
    '{"after":' * 1500,
    '{"body":' * 1500 + "1" + "}" * 1500,
    "\x00\x01\ufffd",
    '"\\ud800"',
    '{"after": null}',
    '{"after": 5}',
    '{"after": ["a-1"]}',
    '{"after": {"a": 1}}',
    '{"after": "a-1\\n"}',
    '{"after": "a-٣"}',
    '{"after": "-"}',
    '{"after": "a-99999999999999999999999"}',
    '{"after": "\\ud800-1"}',
    '{"body": []}',
    '{"body": null}',
    '{"body": {"after": []}}',
    '{"body": "after"}',
    '{"body": {}, "after": 7}',
    '{"type": "websocket.close"}',
    json.dumps({"after": "x" * 16_000}),
    b"",
    b"\xff\xfe\x00",
    b'{"after": "a-1"}',
    b"\x00" * LIMIT,
]
