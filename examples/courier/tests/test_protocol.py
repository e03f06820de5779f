import unittest

from courier import errors, protocol


class ParseTest(unittest.TestCase):
    def test_requests(self):
        self.assertEqual(
            protocol.Request("SUBMIT", ("t", "echo", "a b  c")), protocol.parse("submit t echo a b  c\r\n")
        )
        self.assertEqual(protocol.Request("STATS", ()), protocol.parse("STATS"))

    def test_wrong_ones(self):
        for line in ("", "NOTHING", "WAIT 1", "SUBMIT a", "STATS now"):
            with self.subTest(line=line):
                self.assertRaises(errors.BadRequest, protocol.parse, line)

    def test_seconds(self):
        self.assertEqual(1.5, protocol.seconds("1.5"))
        for text in ("x", "-1", "1e9", "nan"):
            with self.subTest(text=text):
                self.assertRaises(errors.BadRequest, protocol.seconds, text)


class LinesTest(unittest.TestCase):
    def test_pieces(self):
        lines = protocol.Lines()
        self.assertEqual([], lines.feed(b"one"))
        self.assertEqual(["one", "two"], lines.feed(b"\r\ntwo\nthr"))
        self.assertEqual(["three"], lines.feed(b"ee\n"))

    def test_no_line_without_end(self):
        self.assertRaises(errors.BadRequest, protocol.Lines().feed, b"x" * (protocol.LONGEST_LINE + 1))

    def test_answers_are_one_line(self):
        self.assertEqual(b"DONE 1 a b\n", protocol.answer("DONE", 1, "a\nb"))
