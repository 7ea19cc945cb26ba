"""What PDF/A-2b forbids and asks for (ISO 19005-2), read from a file's own objects.

No validator is to be had as a package, so the rules that a report could break are asked one by
one; widths of glyphs, and the bytes of a profile beyond its header, are not.
"""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.generic import IndirectObject

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_ACTIONS = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide"}
_ACTIONS |= {"/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView"}
_FORBIDDEN = {"/F", "/FFilter", "/FDecodeParms"}  # of a stream: its bytes are somewhere else
_FILTERS = {"/FlateDecode", "/DCTDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/RunLengthDecode"}
_BLENDS = {"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten"}
_ANNOTATIONS = {"/Link", "/Text", "/FreeText", "/Stamp", "/Widget", "/Popup", "/Highlight"}
_PRINTED, _UNSEEN = 0b100, 0b100010  # flags of an annotation: Print; Hidden or NoView

Object = dict[str, Any]


def breaches(pdf: bytes) -> list[str]:
    """The rules that a file breaks, each with its clause; none where it keeps those asked."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found = objects(reader)
    asked = (
        *_of_file(pdf, reader),
        *_of_metadata(reader),
        *_of_colour(reader, found),
        *(said for one in found for said in _of_object(one)),
        *(said for page in reader.pages for said in _of_page(page)),
    )
    return [said for said in asked if said]


def objects(reader: pypdf.PdfReader) -> list[Object]:
    """All objects of a file that are dictionaries, or streams with one."""
    numbers = range(1, int(str(reader.trailer["/Size"])))
    every: list[Any] = [IndirectObject(number, 0, reader).get_object() for number in numbers]
    return [one for one in every if isinstance(one, dict)]


def _of_file(pdf: bytes, reader: pypdf.PdfReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7][\r\n]+%[\x80-\xff]{4}", pdf):
        yield "6.1.2 header"
    if "/ID" not in reader.trailer or reader.is_encrypted:
        yield "6.1.3 trailer"
    root: Any = reader.root_object
    if {"/AA", "/OpenAction", "/AcroForm", "/Perms", "/Requirements", "/OCProperties"} & set(root):
        yield "6.4, 6.5, 6.9, 6.11 what acts or hides"
    if set(root.get("/Names", ())) & {"/EmbeddedFiles", "/JavaScript", "/AlternatePresentations"}:
        yield "6.8 embedded"


def _of_metadata(reader: pypdf.PdfReader) -> Iterator[str]:
    stream: Any = reader.root_object.get("/Metadata")
    if stream is None or "/Filter" in stream.get_object():
        yield "6.6.2.1 metadata"
        return
    tree = ET.fromstring(
        stream.get_object().get_data().decode().split("?>", 1)[1].rsplit("<?", 1)[0]
    )
    said = {one.tag: (one.text or "") for one in tree.iter()}
    if (said.get(f"{_PDFAID}part"), said.get(f"{_PDFAID}conformance")) != ("2", "B"):
        yield "6.6.4 identification"
    titles = [one.text for one in tree.iter(f"{_RDF}li")]
    info: Object = dict(reader.metadata or {})
    if "/Title" in info and info["/Title"] not in titles:
        yield "6.6.3 title told twice"


def _of_colour(reader: pypdf.PdfReader, found: list[Object]) -> Iterator[str]:
    root: Any = reader.root_object
    intents = [one.get_object() for one in root.get("/OutputIntents", [])]
    profiles = [one["/DestOutputProfile"].get_object().get_data() for one in intents]
    fit = [one for one in profiles if one[36:40] == b"acsp" and one[8] <= 4]
    if len(fit) != 1 or intents[0]["/S"] != "/GTS_PDFA1" or fit[0][12:16] not in (b"mntr", b"prtr"):
        yield "6.2.3 output intent"
    elif fit[0][16:20] != b"RGB " and any("/DeviceRGB" in str(one) for one in found):
        yield "6.2.4.3 device colour"
    if any("/DeviceCMYK" in str(one.get("/ColorSpace")) for one in found):
        yield "6.2.4.3 device colour"


def _of_object(one: Object) -> Iterator[str]:
    filters = one.get("/Filter", [])
    used = set(filters if isinstance(filters, list) else [filters])
    if used - _FILTERS or (used and _FORBIDDEN & set(one)):
        yield "6.1.7 stream"
    if one.get("/S") in _ACTIONS:
        yield "6.5.1 action"
    if "/AA" in one:
        yield "6.5.2 trigger"
    state = one if one.get("/Type") == "/ExtGState" else {}
    if {"/TR", "/HTP"} & set(state) or state.get("/BM", "/Normal") not in _BLENDS:
        yield "6.2.5 graphics state"
    yield from _of_drawn(one, one.get("/Subtype"))


def _of_drawn(one: Object, subtype: Any) -> Iterator[str]:
    files = {"/FontFile", "/FontFile2", "/FontFile3"}
    if one.get("/Type") == "/FontDescriptor" and not files & set(one):
        yield "6.2.11.4 font not embedded"
    if subtype == "/CIDFontType2" and "/CIDToGIDMap" not in one:
        yield "6.2.11.3 glyphs"
    if subtype == "/Type0" and one.get("/Encoding") not in ("/Identity-H", "/Identity-V"):
        yield "6.2.11.3 character map"
    if subtype == "/Image" and ({"/Alternates", "/OPI"} & set(one) or one.get("/Interpolate")):
        yield "6.2.8 image"
    if subtype in ("/PS", "/Movie", "/Sound", "/3D", "/Screen") or "/Subtype2" in one:
        yield "6.2.9, 6.3.1 what plays or runs"


def _of_page(page: Any) -> Iterator[str]:
    if "/Resources" not in page:
        yield "6.2.2 resources"
    for one in (held.get_object() for held in page.get("/Annots", [])):
        flags = int(one.get("/F", 0))
        if one["/Subtype"] not in _ANNOTATIONS or not flags & _PRINTED or flags & _UNSEEN:
            yield "6.3 annotation"
