"""A drawn state table shows every state and every move, says where one is, and none of its words cover each other."""

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanhu.domains.casework.rules import MATTER
from sanhu.engines.diagrams import layout, main_path, to_svg
from sanhu.engines.drawing import LABEL_HEIGHT, Diagram, Edge, Node, rounded, text_width, without_repeats
from sanhu.engines.workflow import Move, State, StateTable

Box = tuple[float, float, float, float]


def table(moves: str, *, final: str = "") -> StateTable:
    """Build a table from lines like `a b > c: 退回`; the first state named is the initial one."""
    made, codes = [], []
    for number, line in enumerate(moves.strip().splitlines()):
        way, label = line.split(":")
        sources, target = way.split(">")
        codes += [*sources.split(), target.strip()]
        made.append(Move(f"m{number}", label.strip(), tuple(sources.split()), target.strip(), "lead", "", "", ""))
    states = [State(code, code * 2, code, "lead", is_open=code not in final) for code in dict.fromkeys(codes)]
    return StateTable(name="t", initial=codes[0], states=tuple(states), moves=tuple(made))


ADMISSION = table(
    """
    甲 > 乙: 提交
    乙 > 丙: 受理
    乙 > 丁: 退回补正
    丁 > 乙: 再次提交
    丙 > 戊: 联席会议
    戊 > 己: 核准
    戊 > 庚: 不予核准
    己 > 辛: 生效
    辛 > 壬: 到期
    辛 > 癸: 撤销
    甲 乙 丙 丁 > 子: 撤回申请
    丙 戊 > 丁: 材料不齐，退回补正
    丙 > 丙: 补充意见
    丁 > 子: 逾期未补正
    """,
    final="庚壬癸子",
)


def box_of(node: Node) -> Box:
    return node.x, node.y, node.x + node.width, node.y + node.height


def words_of(edge: Edge) -> Box:
    half = text_width(edge.label) / 2
    return (
        edge.label_x - half,
        edge.label_y - LABEL_HEIGHT / 2,
        edge.label_x + half,
        edge.label_y + LABEL_HEIGHT / 2,
    )


def meet(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than the rounding of a tenth of a pixel."""
    return one[0] + 0.2 < other[2] and other[0] + 0.2 < one[2] and one[1] + 0.2 < other[3] and other[1] + 0.2 < one[3]


def assert_readable(diagram: Diagram) -> None:
    """No box, and no words, on any other; everything on the sheet."""
    places = [(node.label, box_of(node)) for node in diagram.nodes]
    places += [(edge.label, words_of(edge)) for edge in diagram.edges if edge.label]
    for (name, one), (other_name, other) in combinations(places, 2):
        assert not meet(one, other), f"{name} covers {other_name}"
    for name, (left, top, right, bottom) in places:
        assert left >= 0, name
        assert top >= 0, name
        assert right <= diagram.width, name
        assert bottom <= diagram.height, name


@pytest.mark.parametrize("drawn", [MATTER, ADMISSION], ids=["matter", "admission"])
def test_every_state_and_every_move_is_drawn_and_readable(drawn: StateTable) -> None:
    diagram = layout(drawn)
    assert [node.code for node in diagram.nodes] == [state.code for state in drawn.states]
    moves = [move for move in drawn.moves if not move.stays]
    expected = {(move.code, source, move.target) for move in moves for source in move.sources}
    assert {(edge.move, edge.source, edge.target) for edge in diagram.edges} == expected
    assert len(diagram.edges) == len(expected)
    labelled = {edge.move for edge in diagram.edges if edge.label}
    assert labelled == {move.code for move in moves}
    assert_readable(diagram)


def test_the_happy_path_stands_in_one_row_and_the_rest_below() -> None:
    diagram = layout(MATTER)
    nodes = {node.code: node for node in diagram.nodes}
    path = main_path(MATTER)
    assert path == ("registered", "accepted", "assigned", "signed", "in_progress", "done", "verified", "closed")
    assert len({nodes[code].y for code in path}) == 1
    assert [nodes[code].x for code in path] == sorted(nodes[code].x for code in path)
    below = {nodes[code].y for code in nodes if code not in path}
    assert min(below) > nodes["registered"].y + nodes["registered"].height
    assert nodes["returned"].x == nodes["assigned"].x, "a state that one falls out of stands under where one falls from"


@pytest.mark.parametrize("drawn", [MATTER, ADMISSION], ids=["matter", "admission"])
def test_lines_run_upright_and_level_from_box_to_box(drawn: StateTable) -> None:
    diagram = layout(drawn)
    boxes = {node.code: box_of(node) for node in diagram.nodes}
    for edge in diagram.edges:
        for (ax, ay), (bx, by) in zip(edge.points, edge.points[1:], strict=False):
            assert (ax == bx) != (ay == by), edge
        for (x, y), code in ((edge.points[0], edge.source), (edge.points[-1], edge.target)):
            left, top, right, bottom = boxes[code]
            assert left - 0.2 <= x <= right + 0.2, edge
            assert any(abs(y - at) < 0.2 for at in (top, bottom)) or abs(y - (top + bottom) / 2) < 0.2, edge


def test_lines_over_the_row_keep_clear_of_the_boxes() -> None:
    diagram = layout(MATTER)
    top = min(node.y for node in diagram.nodes)
    rework = next(edge for edge in diagram.edges if edge.move == "rework")
    assert min(y for _, y in rework.points) < top
    assert rework.points[0][0] > rework.points[-1][0], "a move back runs from right to left"
    assert "Q" in rework.path, "its corners are curves"


def test_here_is_marked_with_the_ways_that_lead_on() -> None:
    diagram = layout(MATTER, "assigned")
    assert diagram.here is not None
    assert diagram.here.code == "assigned"
    assert [node.code for node in diagram.nodes if node.is_here] == ["assigned"]
    assert {edge.move for edge in diagram.edges if edge.is_open_way} == {
        "sign",
        "send_back",
        "lapse_into_signed",
        "lapse_into_returned",
        "merge",
    }
    assert ("签收", "已签收") in diagram.here.ways
    closed = layout(MATTER, "closed").here
    assert closed is not None
    assert closed.ways == (("重新办理", "待重新交办"),)
    merged = layout(MATTER, "merged").here
    assert merged is not None
    assert merged.ways == ()
    assert not closed.is_open
    assert layout(MATTER).here is None


def test_a_state_the_table_does_not_hold_is_refused() -> None:
    with pytest.raises(KeyError):
        layout(MATTER, "lost")


def test_labels_are_translated_before_they_are_measured() -> None:
    english = {"受理": "accept this report", "待受理": "waiting for acceptance"}
    diagram = layout(MATTER, wording=lambda words: english.get(words, words))
    assert "waiting for acceptance" in {node.label for node in diagram.nodes}
    assert diagram.width > layout(MATTER).width
    assert_readable(diagram)


def test_a_move_shared_by_many_states_carries_its_words_once() -> None:
    diagram = layout(ADMISSION)
    withdrawn = [edge for edge in diagram.edges if edge.label == "撤回申请"]
    shared = [edge for edge in diagram.edges if edge.move == withdrawn[0].move]
    assert len(shared) == 4
    rows = {edge.points[0][1] for edge in shared}
    assert len(withdrawn) == len(rows), "once for each row it starts from"


STATES = "abcdefghi"


@st.composite
def tables(draw: st.DrawFn) -> StateTable:
    codes = STATES[: draw(st.integers(2, len(STATES)))]
    lines = draw(
        st.lists(
            st.tuples(
                st.sets(st.sampled_from(codes), min_size=1, max_size=4),
                st.sampled_from(codes),
                st.sampled_from(["受理", "退回", "逾期未签收，视为退回", "send back for correction"]),
            ),
            min_size=1,
            max_size=14,
        )
    )
    moves = "\n".join(f"{' '.join(sorted(sources))} > {target}: {label}" for sources, target, label in lines)
    return table(moves)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_no_table_makes_words_cover_each_other(drawn: StateTable) -> None:
    diagram = layout(drawn)
    assert_readable(diagram)
    assert len(diagram.edges) == len({(move.code, s) for move in drawn.moves for s in move.sources})
    assert layout(drawn) == diagram, "the same table always gives the same drawing"


def test_the_file_stands_alone_and_is_well_formed() -> None:
    hostile = table("""a > b: <b>&"'""")
    root = ET.fromstring(to_svg(layout(hostile, "a"), 'a "title" <& more'))
    svg = "{http://www.w3.org/2000/svg}"
    assert root.attrib["aria-label"] == 'a "title" <& more'
    assert root.attrib["role"] == "img"
    assert [text.text for text in root.iter(f"{svg}text")] == ["<b>&\"'", "aa", "bb"]
    assert not any("style" in element.attrib or element.tag == f"{svg}style" for element in root.iter())


def test_a_line_says_nothing_twice() -> None:
    assert without_repeats([(0, 0), (0, 0), (0, 5), (0, 9), (4, 9)]) == ((0, 0), (0, 9), (4, 9))
    assert rounded([(0, 0), (10, 0)]) == "M0 0L10 0"


def test_two_lines_between_the_rows_never_look_like_one() -> None:
    diagram = layout(table("a b > c: 受理\nd > a: 办结\nb > a: 退回"))
    node = {node.code: node for node in diagram.nodes}
    assert {code for code in node if node[code].y > node["a"].y} == {"b", "d"}
    uprights = [
        (edge.move, edge.source, ax, *sorted((ay, by)))
        for edge in diagram.edges
        for (ax, ay), (bx, by) in zip(edge.points, edge.points[1:], strict=False)
        if ax == bx
    ]
    for (move, source, x, top, bottom), (other, other_source, at, up, down) in combinations(uprights, 2):
        if (move, source) != (other, other_source) and abs(x - at) < 3:
            assert bottom <= up or down <= top, f"{move} from {source} runs along {other} from {other_source}"


def test_arrow_heads_point_the_way_the_line_ends() -> None:
    down = Edge("m", "a", "b", ((5, 0), (5, 20)), "", 0, 0)
    left = Edge("m", "a", "b", ((20, 5), (0, 5)), "", 0, 0)
    assert down.head == "M5 20L9 13L1 13Z"
    assert left.head == "M0 5L7 1L7 9Z"
