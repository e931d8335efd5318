"""Arrays and texts on disk, memory-mapped: what an index folder is made of."""

from __future__ import annotations

import errno
import itertools
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from kgtransfer.records import FloatArray

Ints = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]
AnyArray = npt.NDArray[Any]


def save(folder: Path, name: str, array: AnyArray) -> None:
    """Write one array as `name.npy`, without pickle.

    Raises:
        OSError: it can't be written; NumPy's own for a full disk has no number, ours has.
    """
    path = folder / f"{name}.npy"
    try:
        np.save(path, array, allow_pickle=False)
    except OSError as error:
        number = error.errno or errno.ENOSPC
        raise OSError(number, os.strerror(number), str(path)) from error


def load(folder: Path, name: str) -> AnyArray:
    """Map one array into memory, read-only; nothing is read until it is used."""
    mapped = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return np.asarray(mapped)


class Strings(Sequence[str]):
    """Texts in one mapped file, decoded when asked for."""

    def __init__(self, folder: Path, name: str) -> None:
        self._offsets = load(folder, f"{name}.offsets")
        self._bytes = load(folder, f"{name}.text")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self._bytes[self._offsets[at] : self._offsets[at + 1]].tobytes().decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        whole, offsets = self._bytes.tobytes(), self._offsets.tolist()
        for start, end in itertools.pairwise(offsets):
            yield whole[start:end].decode("utf-8")

    @staticmethod
    def save(folder: Path, name: str, texts: Iterable[str]) -> None:
        """Write texts as `name.text.npy` and `name.offsets.npy`."""
        encoded = [text.encode("utf-8", errors="replace") for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(raw) for raw in encoded], out=offsets[1:])
        save(folder, f"{name}.offsets", offsets)
        save(folder, f"{name}.text", np.frombuffer(b"".join(encoded), np.uint8))


class Rows:
    """Unit vectors (n, d) as bytes with a scale for each row: a quarter of float32's size."""

    def __init__(self, folder: Path, name: str) -> None:
        self.codes = load(folder, f"{name}.codes")
        self.scales = load(folder, f"{name}.scales")

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: AnyArray | slice) -> FloatArray:
        """Decode some rows to float32 (n, d)."""
        decoded: FloatArray = self.codes[rows].astype(np.float32) * self.scales[rows, None]
        return decoded

    def dot(self, rows: AnyArray, vectors: FloatArray) -> FloatArray:
        """The dot products (n, m) of some rows with `vectors` (m, d)."""
        products: FloatArray = self.codes[rows].astype(np.float32) @ vectors.T
        products *= self.scales[rows, None]
        return products


class RowWriter:
    """Writes `Rows` in place, a block at a time.

    Through files, not a mapping: a full disk is an error then, not the end of the process, and
    what was written takes no memory.
    """

    def __init__(self, codes: BinaryIO, scales: BinaryIO, dimension: int) -> None:
        self._codes, self._scales, self._dimension = codes, scales, dimension
        self._first_code, self._first_scale = codes.tell(), scales.tell()

    @classmethod
    def create(cls, folder: Path, name: str, rows: int, dimension: int) -> RowWriter:
        """Make the two files at their full size."""
        codes = _array_file(folder / f"{name}.codes.npy", np.dtype(np.int8), (rows, dimension))
        scales = _array_file(folder / f"{name}.scales.npy", np.dtype(np.float32), (rows,))
        return cls(codes, scales, dimension)

    def flush(self) -> None:
        """What was written can be read now."""
        self._codes.flush()
        self._scales.flush()

    def close(self) -> None:
        """Close the files; the rows are there then."""
        self._codes.close()
        self._scales.close()

    def write(self, start: int, vectors: FloatArray) -> None:
        """Encode `vectors` into the rows from `start` on."""
        if not len(vectors):
            return
        scales = (np.maximum(np.abs(vectors).max(1), 1e-9) / 127).astype(np.float32)
        self._put(start, np.rint(vectors / scales[:, None]).astype(np.int8), scales)

    def copy(self, start: int, source: Rows, rows: slice) -> None:
        """Take rows of another table over, bit for bit."""
        self._put(start, source.codes[rows], source.scales[rows])

    def _put(self, start: int, codes: npt.NDArray[np.int8], scales: FloatArray) -> None:
        self._codes.seek(self._first_code + start * self._dimension)
        self._codes.write(codes.tobytes())
        self._scales.seek(self._first_scale + start * 4)
        self._scales.write(scales.tobytes())


def _array_file(path: Path, dtype: np.dtype[Any], shape: tuple[int, ...]) -> BinaryIO:
    """A `.npy` file of zeros, open at its first element."""
    file = path.open("wb")
    header = {"descr": dtype.str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    first = file.tell()
    file.truncate(first + dtype.itemsize * math.prod(shape))
    return file


def compress(rows: AnyArray, size: int) -> tuple[Offsets, npt.NDArray[np.int64]]:
    """CSR form of "item i belongs to row rows[i]": row pointers (size + 1) and the items' order."""
    order = np.argsort(rows, kind="stable")
    pointers = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=size), out=pointers[1:])
    return pointers, order


def pointers_of(counts: Iterable[int]) -> Offsets:
    """Row pointers (n + 1) of rows that hold `counts` items."""
    return np.concatenate([[0], np.cumsum(np.fromiter(counts, np.int64))]).astype(np.int64)


def ranges(pointers: Offsets, rows: AnyArray) -> tuple[Offsets, Offsets]:
    """All items of some CSR rows: (position of the row in `rows`, item), both (total,)."""
    starts, counts = pointers[rows], pointers[np.asarray(rows) + 1] - pointers[rows]
    owner = np.repeat(np.arange(len(rows)), counts)
    before = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) + np.repeat(starts - before, counts)
