"""The last lines that blog hosts add to every post: nobody's words, which would be quoted as if they were."""

import re
from typing import Final

_LINES: Final = re.compile(
    r"""(?:The\ post\ .{1,300}\ (?:first\ appeared|appeared\ first)\ on\ .{1,200}\.  # WordPress
      | (?:Der\ Beitrag|Der\ Artikel)\ .{1,300}\ erschien\ zuerst\ auf\ .{1,200}\.
      | L[’']article\ .{1,300}\ est\ apparu\ en\ premier\ sur\ .{1,200}\.
      | La\ entrada\ .{1,300}\ (?:se\ publicó\ primero|aparece\ primero)\ en\ .{1,200}\.
      | .{1,300}\ was\ originally\ published\ in\ .{1,200}\ on\ Medium,\ where\ people\ are\ continuing
        \ the\ conversation\ by\ highlighting\ and\ responding\ to\ this\ story\.
      | (?:Continue\ reading|Read\ more)\ on\ .{0,120}(?:Medium|»|→)
      | Thanks\ for\ reading\ .{1,200}!\ (?:This\ post\ is\ public|Subscribe\ for\ free).{0,200}
      | (?:Read|Listen\ to|Watch)\ (?:the\ )?(?:full|more|whole)\b.{0,80})""",
    re.VERBOSE | re.IGNORECASE,
)


def without_boilerplate(text: str) -> str:
    """The text without such lines at its end."""
    lines = text.split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or _LINES.fullmatch(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines).rstrip()
