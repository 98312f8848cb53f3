# Plain questions about bytes. Each takes a memoryview and a range inside it.
from libc.string cimport memchr

ctypedef const unsigned char[::1] Text

cdef inline Py_ssize_t find(Text text, Py_ssize_t begin, Py_ssize_t end, unsigned char sign) except -2:
    """Where a byte is within a range; -1 where it is not."""
    if begin < 0 or end > text.shape[0]:
        raise IndexError("a range outside the text")
    if begin >= end:
        return -1
    cdef const unsigned char* base = &text[0]
    cdef const void* found = memchr(base + begin, sign, end - begin)
    return -1 if found == NULL else <const unsigned char*>found - base

cdef inline bint is_digit(unsigned char sign) noexcept:
    return 48 <= sign <= 57

cdef inline bint all_digits(Text text, Py_ssize_t begin, Py_ssize_t end) except -1:
    cdef Py_ssize_t at
    for at in range(begin, end):
        if not is_digit(text[at]):
            return False
    return True

cdef inline int number_of(Text text, Py_ssize_t begin, Py_ssize_t end) except -1:
    """The number that a few digits make."""
    cdef int found = 0
    cdef Py_ssize_t at
    for at in range(begin, end):
        found = found * 10 + text[at] - 48
    return found

cdef inline bint is_date(Text text, Py_ssize_t begin, Py_ssize_t end) except -1:
    """CCYYMMDD of the years 1900 to 2099; the 29th of February is left to Python."""
    if end - begin != 8 or not all_digits(text, begin, end):
        return False
    cdef int century = number_of(text, begin, begin + 2)
    cdef int month = number_of(text, begin + 4, begin + 6)
    cdef int day = number_of(text, begin + 6, begin + 8)
    if (century != 19 and century != 20) or month < 1 or month > 12 or day < 1:
        return False
    if day <= 28:
        return True
    if month == 2:
        return False
    return day <= 30 or (day == 31 and (month in (1, 3, 5, 7, 8, 10, 12)))

cdef inline bint is_time(Text text, Py_ssize_t begin, Py_ssize_t end) except -1:
    """HHMM or HHMMSS."""
    if (end - begin != 4 and end - begin != 6) or not all_digits(text, begin, end):
        return False
    if number_of(text, begin, begin + 2) > 23 or text[begin + 2] > 53:
        return False
    return end - begin == 4 or text[begin + 4] <= 53

cdef inline bint is_decimal(
    Text text, Py_ssize_t begin, Py_ssize_t end, bint signed, Py_ssize_t whole, Py_ssize_t decimals
) except -1:
    """At most so many digits before and behind the point, which is between digits; no zeros in
    front."""
    if begin < end and signed and text[begin] == 45:
        begin += 1
    cdef Py_ssize_t at = begin
    while at < end and is_digit(text[at]):
        at += 1
    if at == begin or at - begin > whole or (text[begin] == 48 and at - begin > 1):
        return False
    if at == end:
        return True
    if not decimals or text[at] != 46:
        return False
    return 1 <= end - at - 1 <= decimals and all_digits(text, at + 1, end)
