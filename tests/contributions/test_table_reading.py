"""Cells to statements: exactly these, and nothing else."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from pyoxigraph import Literal, NamedNode
from tables_support import DATES, facts, problems, read, save_workbook

from mca_graph.errors import ReadError
from shared import ROOT

ELDER = [
    "river:elder rdf:type riv:River",
    'river:elder rdfs:label "Elder"@en',
    'river:elder riv:length "7.25"^^xsd:decimal',
    "river:elder riv:flowsInto river:alder",
    "river:elder riv:habitat habitat:reed-bed",
    "river:elder riv:habitat habitat:gravel",
]


def csv_of(folder: Path, text: str | bytes, name: str = "river.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        'name,length,flows into,habitat\nElder,7.25,Alder,"Reed bed; Gravel"\n',
        'name @en,length,flows into,habitat\nElder,7.25,river:alder,"reed-bed;\ngravel"\n',
        '"Name * ",LENGTH,flows into,habitat\n\n,,,\nElder,7.25,<https://rivers.example/id/river/alder>,'
        '"habitat:reed-bed; Pebbles"\n',
        'rdfs:label;riv:length;riv:flowsInto;riv:habitat\nElder;7.25;alder;"REED BED; Kies"\n',
        "name\tlength\tflows into\thabitat\nElder\t7.25\tALDER\tReed bed; Gravel\n",
        'sep=;\nname;length;flows into;habitat\nElder;7.25;Alder;"Reed bed; Gravel"\n',
        '\ufeffname,length,flows into,habitat\r\nElder,7.25,Alder,"Reed bed\r\nGravel"\r\n',
        "name,length,flows into,habitat\n# an example,1,Alder,\nElder,7.25,Alder,Reed bed; Gravel; \n",
    ],
    ids=["labels", "curies", "iris", "properties", "tabs", "sep", "bom", "remarks"],
)
def test_a_csv_file_says_the_same_however_it_is_written(text: str, tmp_path: Path, rivers: Path) -> None:
    table, project = read(csv_of(tmp_path, text), rivers)
    assert facts(table, project) == ELDER
    assert problems(table) == []
    assert table.incomplete == set()


def test_columns_may_stand_in_any_order_and_rows_may_be_empty(tmp_path: Path, rivers: Path) -> None:
    rows = [["habitat", None, "flows into", "name *"], [], ["Gravel", None, "Alder", "Elder"], [None, " "]]
    table, project = read(save_workbook(tmp_path / "x.xlsx", {"river": rows}), rivers)
    assert facts(table, project) == [
        "river:elder rdf:type riv:River",
        "river:elder riv:habitat habitat:gravel",
        "river:elder riv:flowsInto river:alder",
        'river:elder rdfs:label "Elder"@en',
    ]
    assert problems(table) == []


def test_a_new_thing_is_typed_and_a_known_one_is_not(tmp_path: Path, rivers: Path) -> None:
    text = "id,type,name,length\nalder,,,13\n,Brook,Hazel Brook,2\n,River; brook,Fir,\n,,birch brook,\n"
    table, project = read(csv_of(tmp_path, text), rivers)
    assert facts(table, project) == [
        'river:alder riv:length "13.0"^^xsd:decimal',
        "river:hazel-brook rdf:type riv:Brook",
        'river:hazel-brook rdfs:label "Hazel Brook"@en',
        'river:hazel-brook riv:length "2.0"^^xsd:decimal',
        "river:fir rdf:type riv:River",
        "river:fir rdf:type riv:Brook",
        'river:fir rdfs:label "Fir"@en',
        'river:birch rdfs:label "Birch Brook"@en',
    ]


def test_rows_may_speak_of_each_other_in_any_order(tmp_path: Path, rivers: Path) -> None:
    text = "name,flows into\nElder,Fir (upper)\nFir (upper),Alder\n"
    table, project = read(csv_of(tmp_path, text), rivers)
    assert facts(table, project) == [
        "river:elder rdf:type riv:River",
        'river:elder rdfs:label "Elder"@en',
        "river:elder riv:flowsInto river:fir",
        "river:fir rdf:type riv:River",
        'river:fir rdfs:label "Fir (upper)"@en',
        "river:fir riv:flowsInto river:alder",
    ]


def test_names_in_several_languages(tmp_path: Path, rivers: Path) -> None:
    text = "name @en,name @CY,name @-\nElder,Ysgaw,Sambucus\n"
    table, project = read(csv_of(tmp_path, text), rivers)
    assert facts(table, project)[1:] == [
        'river:elder rdfs:label "Elder"@en',
        'river:elder rdfs:label "Ysgaw"@cy',
        'river:elder rdfs:label "Sambucus"',
    ]


def test_a_cell_that_cannot_be_read_is_a_problem_at_its_place(tmp_path: Path, rivers: Path) -> None:
    text = "name,lenght,flows into,habitat\nElder,3,Aldr,Gravel; marsh\n,4,Alder,\nFir,5,Alder,,left over\n"
    table, project = read(csv_of(tmp_path, text), rivers)
    assert [found[:2] for found in problems(table)] == [
        ("B1", "no column 'lenght' is known here"),
        ("C2", "flows into: nothing here is called 'Aldr'"),
        ("D2", "habitat: nothing here is called 'marsh'"),
        ("C3", "there is no id, and no name to make one from"),
        ("E4", "this column has no heading"),
    ]
    assert [hint for _cell, _message, hint in problems(table)][:2] == [
        "did you mean 'length'?",
        "did you mean 'Alder'?",
    ]
    assert table.incomplete == {NamedNode("https://rivers.example/id/river/elder")}
    assert [fact for fact in facts(table, project) if fact.startswith("river:elder")] == [
        "river:elder rdf:type riv:River",
        'river:elder rdfs:label "Elder"@en',
        "river:elder riv:habitat habitat:gravel",
    ]


@pytest.mark.parametrize("text", ["about 7", "1,400", "7,5", "£7", "7e3", "1/2", "٧"])
def test_a_number_is_not_guessed(text: str, tmp_path: Path, rivers: Path) -> None:
    table, _project = read(csv_of(tmp_path, f'name,length\nElder,"{text}"\n'), rivers)
    form = "a number with a dot and without other marks, such as 180000.50"
    assert problems(table) == [("B2", f"length: {text!r} is not {form}", f"write {form}")]


def test_another_name_does_not_make_a_row_speak_of_a_thing(tmp_path: Path, rivers: Path) -> None:
    with (rivers / "data/contributions/survey-2020.ttl").open("a") as file:
        file.write('river:alder <http://www.w3.org/2004/02/skos/core#altLabel> "Old Alder"@en .\n')
    table, project = read(csv_of(tmp_path, "name,length\nOld Alder,3\n"), rivers)
    assert facts(table, project) == []
    assert problems(table) == [
        (
            "A2",
            "'Old Alder' is another name of 'Alder'",
            "write the id alder if it is the same thing, a fuller name if it is not",
        )
    ]


def test_an_id_that_a_new_name_would_give_may_be_taken(tmp_path: Path, rivers: Path) -> None:
    table, project = read(csv_of(tmp_path, "name,length\nAlder (Norfolk),3\n"), rivers)
    assert facts(table, project) == []
    assert problems(table) == [
        (
            "A2",
            "the id that this name would give is that of 'Alder'",
            "write that id if it is the same thing, another id if it is not",
        )
    ]


def test_places_are_cells(tmp_path: Path, rivers: Path) -> None:
    rows = [["name", "length", "habitat"], ["Elder", 7.5, "Gravel"], [None], ["Fir", None, "Gravel; Wetland"]]
    table, _project = read(save_workbook(tmp_path / "x.xlsx", {"river": rows}), rivers)
    elder, fir = (NamedNode(f"https://rivers.example/id/river/{name}") for name in ("elder", "fir"))
    habitat, length = (NamedNode(f"https://rivers.example/ontology#{name}") for name in ("habitat", "length"))
    wetland = NamedNode("https://rivers.example/concept/habitat/wetland")

    def cell(*args: NamedNode | Literal) -> tuple[str | None, str | None] | None:
        place = table.place(*args)
        return (place.sheet, place.cell) if place else None

    assert cell(elder) == ("river", "A2")
    assert cell(fir, habitat) == ("river", "C4")
    assert cell(fir, habitat, wetland) == ("river", "C4")
    assert cell(elder, habitat, wetland) is None
    assert cell(fir, length) == ("river", "B4")  # the cell that should have been filled
    assert cell(wetland) == ("river", "C4")
    assert cell(NamedNode("https://rivers.example/id/river/oak")) is None
    heading = table.predicate_place(fir, habitat, wetland)
    assert heading is not None
    assert (heading.cell, table.excerpt(heading)) == ("C1", "habitat")
    place = table.place(fir, habitat)
    assert place is not None
    assert table.excerpt(place) == "Gravel; Wetland"
    assert str(place) == f"{tmp_path / 'x.xlsx'}:river:C4"


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904], ids=["1900", "1904"])
def test_dates_numbers_and_truths_of_a_spreadsheet(
    epoch: datetime.datetime | None, tmp_path: Path, rivers: Path
) -> None:
    (rivers / "shapes" / "more.ttl").write_text(DATES)
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    sheet = book.active
    sheet.title = "river"
    sheet.append(["name", "surveyed", "visits", "open", "length"])
    day = datetime.datetime(2024, 2, 1)
    for number, (form, visits, is_open) in enumerate(
        [("yyyy-mm-dd", 36, True), ("mmm-yy", 36.0, False), ("yyyy", "007", "TRUE")], start=2
    ):
        sheet.append([f"R{number}", day, visits, is_open, 0.1 * number])
        sheet.cell(number, 2).number_format = form
    sheet.append(["R5", "2024-02", None, None, 180000])
    sheet.append(["R6", 2024, None, None, 1e21])
    book.save(tmp_path / "x.xlsx")
    table, project = read(tmp_path / "x.xlsx", rivers)
    assert problems(table) == []
    assert [fact for fact in facts(table, project) if "type" not in fact and "label" not in fact] == [
        'river:r2 riv:surveyed "2024-02-01"^^xsd:date',
        'river:r2 riv:visits "36"^^xsd:integer',
        'river:r2 riv:open "true"^^xsd:boolean',
        'river:r2 riv:length "0.2"^^xsd:decimal',
        'river:r3 riv:surveyed "2024-02"^^xsd:gYearMonth',
        'river:r3 riv:visits "36"^^xsd:integer',
        'river:r3 riv:open "false"^^xsd:boolean',
        'river:r3 riv:length "0.3"^^xsd:decimal',
        'river:r4 riv:surveyed "2024"^^xsd:gYear',
        'river:r4 riv:visits "007"^^xsd:integer',
        'river:r4 riv:open "true"^^xsd:boolean',
        'river:r4 riv:length "0.4"^^xsd:decimal',
        'river:r5 riv:surveyed "2024-02"^^xsd:gYearMonth',
        'river:r5 riv:length "180000.0"^^xsd:decimal',
        'river:r6 riv:surveyed "2024"^^xsd:gYear',
        'river:r6 riv:length "1000000000000000000000.0"^^xsd:decimal',
    ]


def test_addresses(tmp_path: Path, rivers: Path) -> None:
    (rivers / "shapes" / "more.ttl").write_text(DATES)
    text = (
        "name,page\nElder,https://e.example/a;b?c=1; <https://e.example/d>\n"
        "Fir,www.e.example\nYew,https://e.example/a b\n"
    )
    table, project = read(csv_of(tmp_path, text), rivers)
    assert [fact for fact in facts(table, project) if "page" in fact] == [
        "river:elder riv:page <https://e.example/a;b?c=1>",
        "river:elder riv:page <https://e.example/d>",
    ]
    assert problems(table) == [
        (
            "B3",
            "page: nothing here is called 'www.e.example'",
            "write a whole address, such as https://www.e.example",
        ),
        ("B4", "page: 'https://e.example/a b' is no address", "are there spaces or brackets in it?"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name,length\nElder\xe9,3\n", "river.csv:2:6: byte 0xe9 is not UTF-8"),
        ("name\nElder\n".encode("utf-16"), "river.csv:1:1: the text is UTF-16"),
        (b"", "river.csv: the file is empty"),
        (b"name,length\n", "river.csv: no row describes a thing"),
        (b'name,length\n"Elder" x,3\n', "river.csv:2: ',' expected after '\"'"),
        (b'name,length\n"Elder,3\n', "river.csv:2: unexpected end of data"),
    ],
)
def test_a_file_that_is_no_table(content: bytes, reason: str, tmp_path: Path, rivers: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(csv_of(tmp_path, content), rivers)
    assert caught.value.message == f"{tmp_path}/{reason}"
    assert caught.value.hint


def test_headings_that_tell_no_kind(tmp_path: Path) -> None:
    table, _project = read(csv_of(tmp_path, "name,other name\nElder,E\n", "things.csv"), ROOT)
    assert [found[:2] for found in problems(table)] == [
        ("A1", "the headings do not tell what kind of thing this is")
    ]
    assert list(table.statements()) == []


@pytest.mark.parametrize("name", ["place.csv", "place-2024.csv", "Place.CSV"])
def test_a_file_is_named_as_its_kind_is(name: str, tmp_path: Path) -> None:
    table, project = read(csv_of(tmp_path, "name,other name\nEldham,E\n", name), ROOT)
    assert facts(table, project) == [
        "place:eldham rdf:type mca:Place",
        'place:eldham rdfs:label "Eldham"@en',
        'place:eldham skos:altLabel "E"@en',
    ]
