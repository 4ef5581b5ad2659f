# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of messages, in each language that ships. A user's own template takes the place of ``title`` or ``body``.

A template is text with ``$names``; of ``body``, a line whose names are all empty is left out, and so is the space after
a name that is empty.
"""

import typing as t

NAMES = """
    host program group name what kind severity say since lasted minutes count happened exit_status reason log link
    checked value limit key
""".split()  # noqa: SIM905

_BODY_EN = """\
$program $what
Host: $host
Program: $program
Since: $since
Lasted: $lasted
Times: $count
Exit status: $exit_status
Reason: $reason
Dashboard: $link
$log"""

_BODY_ZH = """\
$program $what
主机:$host
程序:$program
开始时间:$since
持续时间:$lasted
次数:$count
退出状态:$exit_status
原因:$reason
面板:$link
$log"""

LANGUAGES: t.Dict[str, t.Dict[str, t.Any]] = {
    "en": {
        "title": "[$severity] $host: $program $what",
        "body": _BODY_EN,
        "digest": "$host: $count messages",
        "more": "and $count more",
        "severity": {"info": "info", "warning": "warning", "critical": "critical", "ok": "ok"},
        "say": {
            "problem": "$what",
            "worse": "$what",
            "news": "$what",
            "flapping": "$what: $happened times in $minutes min",
            "goes_on": "$what: goes on",
            "recovered": "recovered: $well",
            "ended": "over ($why): $what",
        },
        "why": {"stopped": "stopped by a person", "removed": "no longer declared"},
        "what": {
            "exited": "ended unexpectedly",
            "backoff": "does not stay up, $tries attempts",
            "fatal": "is FATAL: supervisord has given up",
            "unknown": "is UNKNOWN to supervisord: it cannot be signalled",
            "gone": "ran and is gone",
            "unanswered": "does not answer ($checked)",
            "memory": "uses $value MB of memory, more than $limit MB",
            "deaf": "is an event listener that supervisord sends no more events",
            "overflow": "is too slow for its events: supervisord dropped $value of them",
            "daemon_stopping": "supervisord stops",
            "daemon_gone": "supervisord ended without stopping",
            "no_rpc": "supervisord does not answer its listener",
            "unhealed": "is still ill after $value restarts in an hour; no more for now",
            "unstarted": "was stopped to be restarted, and cannot be started",
            "restarted": "was restarted: $reason",
            "stopped": "was stopped by a person",
            "daemon_started": "supervisord started",
            "dropped": "$value messages were dropped: too many were waiting",
            "test": "this is a test",
        },
        "well": {
            "state": "runs again",
            "http": "answers again",
            "memory": "uses less memory again",
            "ear": "gets its events again",
            "daemon": "supervisord runs again",
            "rpc": "supervisord answers again",
            "watchdog": "is well again",
        },
    },
    "zh": {
        "title": "[$severity] $host:$program $what",
        "body": _BODY_ZH,
        "digest": "$host:$count 条消息",
        "more": "另有 $count 条",
        "severity": {"info": "信息", "warning": "警告", "critical": "严重", "ok": "正常"},
        "say": {
            "problem": "$what",
            "worse": "$what",
            "news": "$what",
            "flapping": "$what:$minutes 分钟内 $happened 次",
            "goes_on": "$what:仍在持续",
            "recovered": "已恢复:$well",
            "ended": "已结束($why):$what",
        },
        "why": {"stopped": "人工停止", "removed": "已取消声明"},
        "what": {
            "exited": "意外退出",
            "backoff": "无法保持运行,已尝试 $tries 次",
            "fatal": "处于 FATAL 状态:supervisord 已放弃启动",
            "unknown": "处于 UNKNOWN 状态:supervisord 无法向其发送信号",
            "gone": "曾经运行,现已消失",
            "unanswered": "没有响应($checked)",
            "memory": "占用内存 $value MB,超过上限 $limit MB",
            "deaf": "事件监听器不再收到 supervisord 的事件",
            "overflow": "处理事件过慢:supervisord 丢弃了 $value 个事件",
            "daemon_stopping": "supervisord 正在停止",
            "daemon_gone": "supervisord 异常终止",
            "no_rpc": "supervisord 不响应其监听器",
            "unhealed": "一小时内重启 $value 次后仍不正常,暂不再重启",
            "unstarted": "为重启而停止后无法启动",
            "restarted": "已被重启:$reason",
            "stopped": "被人工停止",
            "daemon_started": "supervisord 已启动",
            "dropped": "等待发送的消息过多,已丢弃 $value 条",
            "test": "这是一条测试消息",
        },
        "well": {
            "state": "重新运行",
            "http": "重新响应",
            "memory": "内存占用恢复正常",
            "ear": "重新收到事件",
            "daemon": "supervisord 重新运行",
            "rpc": "supervisord 重新响应",
            "watchdog": "恢复正常",
        },
    },
}
