# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Finds the place of every segment of a block in the guide, where all of them are surely right."""

from array import array

from libc.stdint cimport uint64_t

from scrubber.lane._text cimport (
    Text, all_digits, find, is_date, is_decimal, is_digit, is_time, number_of,
)

cdef enum:
    MOST_SEGMENTS = 4096
    MOST_VALUES = 128
    MOST_LINES = 50
    MOST_DIAGNOSES = 12
    LONGEST_NUMBER = 30
cdef enum:  # as in facts.py
    CHARGES_ADD_UP = 1
    POINTERS_FIT = 2
    NUMBERS_DIFFER = 4
    ALL_NUMBERED = 8
cdef enum:
    TEXT, CODE_LETTERS, WHOLE, MONEY, QUANTITY, NUMBER, DATE, TIME, CODES, COMPOSITE
cdef enum:
    UNUSED, BARRED, OPTIONAL, REQUIRED
cdef enum:
    ALONE, PAIR, CHAIN, DATED


cdef class Locator:
    """A guide under one set of delimiters: element, component, repetition (or the component again)
    and terminator. Not shared between threads."""

    cdef int[::1] sure, needs_some, first_element, element_count
    cdef int[::1] usage, kind, group, shortest, longest, first, count
    cdef int[::1] first_follow, follow_count, follow_definitions
    cdef uint64_t[::1] ids, codes, follow_keys
    cdef int first_sign
    cdef unsigned char element, component, terminator
    cdef unsigned char[::1] printable
    cdef Text text
    # The segment at hand: where each value begins, and where the last one ends.
    cdef Py_ssize_t[::1] value_start
    cdef Py_ssize_t values, end
    cdef int claim, diagnosis, line, service, reference
    # Of the claim at hand: its total and the sum of its lines in cents, how many diagnoses and
    # lines it has, where the control numbers of lines are, and what does not hold of it.
    cdef long long total, charged
    cdef int diagnoses, lines, numbers, unfit
    cdef bint numbered
    cdef Py_ssize_t[::1] number_start, number_end
    cdef object signs
    cdef unsigned short[::1] sign

    def __init__(self, tables, bytes delimiters):
        self.ids = tables.ids
        self.sure = tables.sure
        self.needs_some = tables.needs_some
        self.first_element = tables.first_element
        self.element_count = tables.element_count
        self.usage = tables.usage
        self.kind = tables.kind
        self.group = tables.group
        self.shortest = tables.shortest
        self.longest = tables.longest
        self.first = tables.first
        self.count = tables.count
        self.codes = tables.codes
        self.first_follow = tables.first_follow
        self.follow_count = tables.follow_count
        self.follow_keys = tables.follow_keys
        self.follow_definitions = tables.follow_definitions
        self.element, self.component, self.terminator = delimiters[0], delimiters[1], delimiters[3]
        self.printable = bytearray(
            32 <= sign < 127 and sign not in delimiters for sign in range(256)
        )
        self.value_start = array("q", bytes(8 * MOST_VALUES))
        self.claim, self.diagnosis = tables.named["CLM"], tables.named["HI"]
        self.line, self.service = tables.named["LX"], tables.named["SV1"]
        self.reference = tables.named["REF"]
        self.number_start = array("q", bytes(8 * MOST_LINES))
        self.number_end = array("q", bytes(8 * MOST_LINES))
        self.signs = array("H", bytes(2 * MOST_SEGMENTS))
        self.sign = self.signs
        self.first_sign = tables.first_sign

    def located(self, bytes text, int definition):
        """A sign for each segment of a block, which is that of its definition, the first one's
        being given; and the facts of the claim in it. None where not all segments are surely
        right. Each ends with the terminator."""
        cdef Py_ssize_t at = 0, length = len(text)
        cdef int number = 0
        self.text = text
        self.total = self.charged = self.diagnoses = self.lines = self.numbers = self.unfit = 0
        self.numbered = True
        while at < length:
            if number == MOST_SEGMENTS or not self._cut(at):
                return None
            if number:
                definition = self._follow(definition)
            elif self._name() != self.ids[definition]:
                return None
            if definition < 0 or not self._is_right(definition):
                return None
            self._look(definition)
            self.sign[number] = <unsigned short>(self.first_sign + definition)
            number += 1
            at = self.end + 1
        # Without a byte order mark this is the machine's own order.
        return self.signs[:number].tobytes().decode("utf-16"), self._facts()

    cdef int _look(self, int definition) except -1:
        """Take up what the segment at hand says of the claim."""
        cdef Py_ssize_t begin = 0, end = 0, at
        cdef long long charge
        if definition == self.claim:
            self.total = self._cents(2)
        elif definition == self.diagnosis:
            for at in range(1, self.values):
                self.diagnoses += self._value(at, &begin, &end)
        elif definition == self.line:
            if not self.numbered:
                self.unfit |= ALL_NUMBERED
            self.numbered = False
            self.lines += 1
        elif definition == self.service:
            charge = self._cents(2)
            if charge < 0:
                self.unfit |= CHARGES_ADD_UP
            self.charged += charge
            self._value(7, &begin, &end)
            if begin < end and not self._pointers_fit(begin, end):
                self.unfit |= POINTERS_FIT
        elif definition == self.reference:
            if self._value(2, &begin, &end):
                self.numbered = True
            if self.numbers < MOST_LINES:
                self.number_start[self.numbers], self.number_end[self.numbers] = begin, end
            self.numbers += 1
        return 0

    cdef int _facts(self) except -1:
        cdef int unfit = self.unfit
        if not self.lines or self.lines > MOST_LINES:
            return 0
        if self.total <= 0 or self.total != self.charged:
            unfit |= CHARGES_ADD_UP
        if not self.numbered:
            unfit |= ALL_NUMBERED
        if self.numbers > MOST_LINES or not self._numbers_differ():
            unfit |= NUMBERS_DIFFER
        return (CHARGES_ADD_UP | POINTERS_FIT | NUMBERS_DIFFER | ALL_NUMBERED) & ~unfit

    cdef long long _cents(self, Py_ssize_t number) except? -1:
        """An amount that surely is right, in cents; -1 where it is absent or below zero."""
        cdef Py_ssize_t begin = 0, end = 0, decimals = -1
        cdef long long found = 0
        if not self._value(number, &begin, &end) or self.text[begin] == 45:
            return -1
        while begin < end:
            if self.text[begin] == 46:
                decimals = 0
            else:
                found = found * 10 + self.text[begin] - 48
                decimals += decimals >= 0
            begin += 1
        return found * (1 if decimals == 2 else 10 if decimals == 1 else 100)

    cdef bint _pointers_fit(self, Py_ssize_t begin, Py_ssize_t end) except -1:
        """Whether every pointer is one of the diagnoses, and none comes twice."""
        cdef int pointer
        cdef unsigned int seen = 0
        cdef Py_ssize_t stop
        while begin <= end:
            stop = self._leading(begin, end)
            if not 1 <= stop - begin <= 2 or not all_digits(self.text, begin, stop):
                return False
            pointer = number_of(self.text, begin, stop)
            if not 1 <= pointer <= min(self.diagnoses, MOST_DIAGNOSES) or seen >> pointer & 1:
                return False
            seen |= 1u << pointer
            begin = stop + 1
        return True

    cdef bint _numbers_differ(self) except -1:
        """Whether no two lines have one control number, and none is too long."""
        cdef int one, other
        cdef Py_ssize_t length, at, shift
        for one in range(self.numbers):
            length = self.number_end[one] - self.number_start[one]
            if length > LONGEST_NUMBER:
                return False
            for other in range(one):
                if self.number_end[other] - self.number_start[other] != length:
                    continue
                shift = self.number_start[other] - self.number_start[one]
                for at in range(self.number_start[one], self.number_end[one]):
                    if self.text[at] != self.text[at + shift]:
                        break
                else:
                    return False
        return True

    cdef bint _cut(self, Py_ssize_t begin) except -1:
        """Take up the segment that begins there; False where it has no end or too many values."""
        cdef Py_ssize_t at = begin
        self.end = find(self.text, begin, self.text.shape[0], self.terminator)
        if self.end < 0:
            return False
        self.values = 0
        while at >= 0:
            if self.values == MOST_VALUES:
                return False
            self.value_start[self.values] = at
            self.values += 1
            at = find(self.text, at, self.end, self.element)
            if at >= 0:
                at += 1
        return True

    cdef bint _value(self, Py_ssize_t number, Py_ssize_t* begin, Py_ssize_t* end) except -1:
        """The range of a value, 0 being the segment id; whether there is anything in it."""
        if number >= self.values:
            begin[0] = end[0] = self.end
            return False
        begin[0] = self.value_start[number]
        end[0] = self.value_start[number + 1] - 1 if number + 1 < self.values else self.end
        return end[0] > begin[0]

    cdef int _follow(self, int definition) except -2:
        """The definition of the segment at hand after one of another; -1 where there is none."""
        cdef Py_ssize_t begin = 0, end = 0
        cdef int low, high, middle, number
        cdef uint64_t name = self._name(), key
        if not name:
            return -1
        number = _qualifier_of(name)
        key = name << 32
        if number:
            self._value(number, &begin, &end)
            if name == 0x48490000:
                end = self._leading(begin, end)
            if end - begin > 4:
                return -1
            key |= self._packed(begin, end)
        low = self.first_follow[definition]
        high = low + self.follow_count[definition] - 1
        while low <= high:
            middle = (low + high) >> 1
            if self.follow_keys[middle] == key:
                return self.follow_definitions[middle]
            if self.follow_keys[middle] < key:
                low = middle + 1
            else:
                high = middle - 1
        return -1

    cdef uint64_t _name(self) except? 0:
        """The id of the segment at hand, packed; 0 where it has not two or three characters."""
        cdef Py_ssize_t begin = 0, end = 0
        self._value(0, &begin, &end)
        if end - begin < 2 or end - begin > 3:
            return 0
        return self._packed(begin, end) << (8 * (4 - (end - begin)))

    cdef uint64_t _packed(self, Py_ssize_t begin, Py_ssize_t end) except? 0:
        cdef uint64_t found = 0
        cdef Py_ssize_t at
        for at in range(begin, end):
            found = found << 8 | self.text[at]
        return found

    cdef Py_ssize_t _leading(self, Py_ssize_t begin, Py_ssize_t end) except -1:
        """Where the first component of a composite ends."""
        cdef Py_ssize_t at = find(self.text, begin, end, self.component)
        return end if at < 0 else at

    cdef bint _is_right(self, int definition) except -1:
        cdef int element = self.first_element[definition], last
        cdef Py_ssize_t given = self.values - 1, number = 1, begin = 0, end = 0
        cdef Py_ssize_t next_begin = 0, next_end = 0
        cdef bint closed = False, there
        last = element + self.element_count[definition]
        if not self.sure[definition] or given > self.element_count[definition]:
            return False
        if self.needs_some[definition] and given < 1:
            return False
        if self.text[self.end - 1] == self.element:
            return False
        while element < last:
            there = self._value(number, &begin, &end)
            if closed and there:
                return False
            if self.group[element] != ALONE:
                if there != self._value(number + 1, &next_begin, &next_end):
                    return False
                if not there:
                    if self.usage[element] == REQUIRED:
                        return False
                    closed = closed or self.group[element] == CHAIN
                elif self.group[element] == DATED:
                    if end - begin != 2 or self.text[begin] != 68 or self.text[begin + 1] != 56:
                        return False  # not D8
                    if not is_date(self.text, next_begin, next_end):
                        return False
                elif not self._element(element, begin, end):
                    return False
                elif not self._element(element + 1, next_begin, next_end):
                    return False
                element += 2
                number += 2
                continue
            if not there:
                if self.usage[element] == REQUIRED:
                    return False
            elif not self._element(element, begin, end):
                return False
            element += 1
            number += 1
        return True

    cdef bint _element(self, int element, Py_ssize_t begin, Py_ssize_t end) except -1:
        if self.usage[element] < OPTIONAL:
            return False
        if self.kind[element] == COMPOSITE:
            return self._composite(element, begin, end)
        return self._simple(element, begin, end)

    cdef bint _composite(self, int element, Py_ssize_t begin, Py_ssize_t end) except -1:
        cdef int part = self.first[element], last
        cdef Py_ssize_t stop
        last = part + self.count[element]
        if self.text[end - 1] == self.component:
            return False
        while part < last:
            stop = self._leading(begin, end)
            if stop == begin:
                if self.usage[part] == REQUIRED:
                    return False
            elif self.usage[part] < OPTIONAL or not self._simple(part, begin, stop):
                return False
            part += 1
            if stop == end:
                break
            begin = stop + 1
        else:
            return False
        while part < last:
            if self.usage[part] == REQUIRED:
                return False
            part += 1
        return True

    cdef bint _simple(self, int element, Py_ssize_t begin, Py_ssize_t end) except -1:
        cdef int kind = self.kind[element]
        cdef Py_ssize_t length = end - begin, at
        cdef int least = self.shortest[element], most = self.longest[element], whole, decimals
        if kind == CODES:
            return self._is_code(element, begin, end)
        if kind == DATE:
            return is_date(self.text, begin, end)
        if kind == TIME:
            return is_time(self.text, begin, end)
        if kind == MONEY:
            return is_decimal(self.text, begin, end, True, 8, 2)
        if kind == QUANTITY:
            return is_decimal(self.text, begin, end, False, 8, 3)
        if kind == NUMBER:
            whole = max(most - 3, 1)
            decimals = min(3, most - whole)
            return length >= least and is_decimal(self.text, begin, end, True, whole, decimals)
        if length < least or length > most:
            return False
        if kind == WHOLE:
            return all_digits(self.text, begin, end)
        if kind == CODE_LETTERS:
            for at in range(begin, end):
                if not is_digit(self.text[at]) and not 65 <= self.text[at] <= 90:
                    return False
            return True
        if self.text[begin] == 32 or self.text[end - 1] == 32:
            return False
        for at in range(begin, end):
            if not self.printable[self.text[at]]:
                return False
        return True

    cdef bint _is_code(self, int element, Py_ssize_t begin, Py_ssize_t end) except -1:
        cdef int low = self.first[element], high, middle
        cdef Py_ssize_t at
        cdef uint64_t code = 0
        high = low + self.count[element] - 1
        if end - begin > 8:
            return False
        for at in range(end - 1, begin - 1, -1):
            code = code << 8 | self.text[at]
        while low <= high:
            middle = (low + high) >> 1
            if self.codes[middle] == code:
                return True
            if self.codes[middle] < code:
                low = middle + 1
            else:
                high = middle - 1
        return False


cdef inline int _qualifier_of(uint64_t name) noexcept:
    """The number of the value that tells definitions of a segment id apart; 0 for none."""
    if name in (
        0x4E4D3100, 0x52454600, 0x44545000, 0x414D5400,  # NM1 REF DTP AMT
        0x51545900, 0x43524300, 0x50574B00, 0x4E544500,  # QTY CRC PWK NTE
        0x48490000,  # HI
    ):
        return 1
    return 3 if name == 0x484C0000 else 0  # HL
