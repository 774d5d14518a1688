"""The wire log's documents, laid out for reading."""

from provisioning.templatetags.wire import json_lines, xml_lines


def test_it_puts_each_element_on_a_line_of_its_own():
    shown = xml_lines("<?xml version='1.0'?><a><b>text</b><c/></a>")
    plain = shown.split("\n")
    assert len(plain) == 5
    assert plain[2].startswith("  ")
    assert "text" in plain[2]
    assert plain[4].count("span") == 2


def test_it_escapes_what_the_provider_wrote():
    shown = xml_lines('<a>"&lt;script&gt;alert(1)</a>')
    assert "<script" not in shown
    assert "&amp;lt;script" in shown


def test_it_marks_what_was_masked():
    assert "t-mask" in xml_lines("<text>[42 characters]</text>")


def test_it_shows_what_is_no_xml_as_it_is():
    assert xml_lines("502 Bad Gateway").endswith("502 Bad Gateway</span>")
    assert xml_lines("</stray>")
    assert xml_lines("") == ""


def test_it_does_not_fill_the_page_with_blanks():
    deep = "<a>" * 6000
    assert len(xml_lines(deep)) < 100 * 6000


def test_it_shows_a_document_that_nests_too_deep_as_it_is():
    assert json_lines("[" * 20_000).count("[") == 20_000
