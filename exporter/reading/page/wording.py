"""How a line announces a question: its number, its prefix, and the words that ask.

In: the plain text of a heading or line. Out: `Wording` and answers to "is this …?". All patterns are here, so that the
dialects agree. Knows nothing of tokens.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Style(StrEnum):
    """What stands before the words of a heading."""

    PREFIX = "prefix"  # Q1, Q., 问题1：, 面试问题：, 4.1.1.1 面试问题：
    NUMBER = "number"  # 1. / 1、 / (1)
    DECIMAL = "decimal"  # 2.1.3
    CHAPTER = "chapter"  # 第一章, 【一】, Part II
    LIST = "list"  # 一、 / II.
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Wording:
    """A line taken apart. `cut` characters of it are number and prefix; `number` is only the digits, "" where none."""

    style: Style
    number: str
    cut: int


_WORD = "面试问题|面试题目?|常见问题|问题|题目|问|Question|Ques|Q"
_DIGITS = r"\d{1,3}(?:\.\d{1,3})*"
_CHINESE = "[一二三四五六七八九十百零]"
_SEPARATOR = r"\s*[.、:：)）．\]]\s*"
_PREFIX = re.compile(
    rf"[\[(（]?(?:(?P<lead>{_DIGITS})[.、\s:：]*\s*)?(?:(?:{_WORD})\s*[-#.]?\s*(?P<number>{_DIGITS}|{_CHINESE}+)?"
    rf"|第\s*(?P<ordinal>\d+)\s*题){_SEPARATOR}(?=\S)",
    re.IGNORECASE,
)
_PREFIX_SPACED = re.compile(rf"(?:Q|Question)\s?(?P<number>{_DIGITS})\s+(?=\S)")
_PREFIX_ALONE = re.compile(rf"(?:{_WORD})\s*[-#.]?\s*(\d+)\s*$", re.IGNORECASE)
_DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{1,3})+)(?:[.、:：)）]\s*|\s+|(?=[\u4e00-\u9fff「【《“]))(?=\S)")
_NUMBER = re.compile(r"(?:[(（](\d{1,3})[)）]\s*|(\d{1,3})\s*[.、:：)）．]\s*)(?=\S)")
_CHAPTER = re.compile(
    rf"第\s*(?:{_CHINESE}|\d)+\s*(?:章|部分|篇|节|编|讲|课|单元|卷)|【(?:{_CHINESE}|\d)+】"
    r"|(?:chapter|part|section|unit|module|lesson)\s+(?:\d+|[IVX]+|one|two|three|four|five)\b",
    re.IGNORECASE,
)
_LIST = re.compile(rf"(?:{_CHINESE}+\s*[、.．]|[(（]{_CHINESE}+[)）]|[IVX]{{1,5}}\.\s)\s*(?=\S)")

_ASKS_ZH = re.compile(
    "什么|如何|怎么|怎样|为什么|为何|哪些|哪个|哪几|哪种|哪里|是否|能否|可否|多少|几种|几个|吗|谁|请|介绍|说一下|说下|说说|讲一|讲讲|讲下|"
    "谈谈|谈一|聊聊|解释|描述|简述|阐述|论述|概述|分析|对比|比较|区别|异同|列举|举例|实现|手写|手撕|手动|推导|证明|设计一|写一个|写出|"
    "有无"
)
_ASKS_EN = re.compile(
    r"(?:what|why|how|when|where|which|who|whom|whose|is|are|was|were|can|could|do|does|did|should|would|will|has|have|"
    r"explain|describe|compare|define|list|name|give|tell|write|implement|discuss|differentiate|difference|differences|"
    r"mention|state|in (?:which|what)|create|find|design|show|fix|complete|select|choose|true or false|if|given|you)\b",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"目\s*录(?:导航)?|大纲|导航|题目列表|问题列表|(?:table of )?contents?|toc|index|(?:list of )?questions?(?: list)?",
    re.IGNORECASE,
)
_EPILOGUE = re.compile(
    "总结与展望|参考(?:资料|文献|链接|来源)?$|致谢|附录|高频速记|延伸(?:阅读|学习)|扩展阅读|推荐阅读|相关(?:阅读|文章|链接)|结语|后记|写在最后|"
    "更新(?:日志|记录)|许可|贡献|"
    r"(?:references?|bibliography|further reading|related(?: \w+)?|resources?|credits|appendix|changelog|star history|"
    r"see also|useful links|links)$|licen[cs]e|contribut|acknowledg|disclaimer|sponsor|support(?: us)?$",
    re.IGNORECASE,
)
_SUMMARY = re.compile("(?:本章|全文|全章)?(?:小结|总结)|summary|conclusions?", re.IGNORECASE)
_ANSWER = re.compile(
    r"(?:点击|单击|展开|查看|显示|参考|标准|核心|我的)*(?:答案|回答|解答|解析|答案与解析|答案和解析|答)|"
    r"(?:click (?:here )?(?:to|for) )?(?:(?:show|see|view|reveal|expand|check|toggle) )?(?:me )?"
    r"(?:the |an |sample |possible |correct |full )*(?:answers?|solutions?|explanation)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    "核心回答|标准回答|通俗(?:案例|理解|解释)|实际案例|面试(?:追问|金句|要点|技巧|总结|回答)|"
    "(?:定义|优点|缺点|优缺点|作用|示例|例子|举例|注意事项|要点|说明|总结|小结)|"
    "examples?|hints?|output|notes?|tips?|explanation|follow[- ]?ups?|pros|cons|source|sources|code|usage|syntax",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"(?:your |the )?answers? (?:goes )?here|to ?do|tbd|tba|wip|n/?a|coming soon|under construction|work in progress|"
    r"待(?:补充|更新|完善|写|续|整理|添加|办)\S{0,4}|(?:暂无|暂缺|略|未完待续|敬请期待|无|空|补充中|更新中)(?:答案|内容)?|\?+|-+|_+",
    re.IGNORECASE,
)
_BACK_TO_TOP = re.compile(
    r"[\s\W]*(?:(?:back|go|return|jump)?\s*to\s*(?:the\s*)?(?:top|table of contents|contents|toc|index)|"
    r"回到(?:顶部|目录)|返回(?:顶部|目录)|top|⬆|⇧|↑|↥)[\s\W]*",
    re.IGNORECASE,
)
_REMEMBERED = 1 << 14
"""Headings are compared again and again; so many of them are folded only once."""
_SIGNS = re.compile(r"[\W_]+")
_DECORATION = re.compile(r"^[^\w\s(（【「《\"“'‘`$<#+\-\\/]+\s*|[\s\W_]+$")


def read_wording(text: str) -> Wording:
    """Take the plain text of a heading apart."""
    for pattern in (_PREFIX, _PREFIX_SPACED):
        if match := pattern.match(text):
            groups = match.groupdict()
            number = groups.get("lead") or groups.get("number") or groups.get("ordinal") or ""
            return Wording(Style.PREFIX, number, match.end())
    if match := _PREFIX_ALONE.match(text):
        return Wording(Style.PREFIX, match[1], 0)
    if _CHAPTER.match(text):
        return Wording(Style.CHAPTER, "", 0)
    if match := _DECIMAL.match(text):
        return Wording(Style.DECIMAL, match[1], match.end())
    if match := _NUMBER.match(text):
        return Wording(Style.NUMBER, match[1] or match[2], match.end())
    if match := _LIST.match(text):
        return Wording(Style.LIST, "", 0)
    return Wording(Style.PLAIN, "", 0)


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """A text as it is compared: letters and digits only, one width, one case."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=_REMEMBERED)
def _bare(text: str) -> str:
    return _DECORATION.sub("", _DECORATION.sub("", text.strip())).strip()


@lru_cache(maxsize=_REMEMBERED)
def asking(text: str) -> float:
    """How much a text without its number reads like a question: 1 with a question mark, 0.6 by its words, 0."""
    if "?" in text[-12:] or "？" in text[-12:]:
        return 1.0
    bare = _bare(text)
    return 0.6 if _ASKS_ZH.search(bare) or _ASKS_EN.match(bare) else 0.0


def asks(text: str) -> bool:
    """Whether a text without its number reads like a question or a task."""
    return asking(text) > 0


def is_interview_question(text: str) -> bool:
    """Whether a prefix says outright that a question for the reader follows: 面试问题：."""
    return "面试" in text[: read_wording(text).cut]


def is_contents(text: str) -> bool:
    """Whether a heading announces a table of contents."""
    return bool(_CONTENTS.fullmatch(_bare(text)))


def is_epilogue(text: str) -> bool:
    """Whether a heading announces what follows the notes: references, licence, thanks."""
    return bool(_EPILOGUE.match(_bare(text)))


def is_summary(text: str) -> bool:
    """Whether a heading only says "summary": of an answer or of the whole file."""
    return bool(_SUMMARY.fullmatch(_bare(text)))


def is_answer_label(text: str) -> bool:
    """Whether a text only says "answer": a summary to click on, a label before the answer."""
    return bool(_ANSWER.fullmatch(_bare(text)))


def is_role(text: str) -> bool:
    """Whether a heading names a part of an answer."""
    return bool(_ROLE.fullmatch(_bare(text))) or is_answer_label(text)


def is_placeholder(text: str) -> bool:
    """Whether an answer only says that it is still to be written."""
    return bool(_PLACEHOLDER.fullmatch(text.strip().strip("*_.。…()（）[]【】!！:： ")))


def is_back_to_top(text: str) -> bool:
    """Whether the text of a link only leads back to the top of the page."""
    return len(text) < 40 and bool(_BACK_TO_TOP.fullmatch(text))
