import importlib.util
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "benchmarks" / "quality" / "gate.py"


@pytest.fixture(scope="module")
def gate():
    spec = importlib.util.spec_from_file_location("quality_gate", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MEASURES = {"nDCG@10": {"mean": 0.5, "low": 0.4, "high": 0.6}, "MAP": {"mean": 0.1, "low": 0.0, "high": 0.2}}


def test_a_figure_below_its_floor_is_told(gate):
    (line, free) = gate.compare("cacm", MEASURES, {"cacm": {"nDCG@10": 0.51}})
    assert not line.fine
    assert free.fine
    assert "BELOW" in gate.report([line, free])


def test_a_figure_at_its_floor_is_fine(gate):
    assert all(line.fine for line in gate.compare("cacm", MEASURES, {"cacm": {"nDCG@10": 0.5}}))


def test_a_measure_that_is_held_must_be_there(gate):
    with pytest.raises(KeyError):
        gate.compare("cacm", MEASURES, {"cacm": {"P@10": 0.1}})


def test_a_collection_without_a_floor_is_refused(gate, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        gate.main([str(tmp_path / "unknown")])
    assert ended.value.code == 2
    assert "no floor" in capsys.readouterr().err


def test_floors_of_the_baseline_can_be_read(gate):
    assert all(0.0 < floor < 1.0 for held in gate.read_floors().values() for floor in held.values())
