<?php
// SPDX-FileCopyrightText: 2026, Supervisor Fleet contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * What people do on the page: actions for one process or many, each noted with who asked for it and what became of it,
 * and the answers that the page's scripts ask for. It knows nothing of the application around it but its configuration.
 */
class FleetControl
{
    /** Most processes of one request. */
    const AT_MOST = 5000;

    /** Longest body of a request, in bytes. */
    const LONGEST = 1048576;

    /** Actions for a process; with "all" behind it for all processes of a server. */
    const STEPS = array(
        'start' => array('startProcess'),
        'stop' => array('stopProcess'),
        'restart' => array('stopProcess', 'startProcess'),
        'clear' => array('clearProcessLogs'),
        'startall' => array('startAllProcesses'),
        'stopall' => array('stopAllProcesses'),
        'restartall' => array('stopAllProcesses', 'startAllProcesses'),
    );

    private $fleet;
    private $servers;
    private $timeout;
    private $activity;

    /** @param array $config what the file supervisor.php sets */
    public function __construct(Fleet $fleet, array $config)
    {
        $this->fleet = $fleet;
        $this->servers = isset($config['supervisor_servers']) ? $config['supervisor_servers'] : array();
        $this->timeout = (float) $config['timeout'];
        $this->activity = new FleetActivity(isset($config['activity_log']) ? $config['activity_log'] : '');
    }

    /** Names as they are: an address carries them percent-encoded, and the framework writes brackets as entities. */
    public static function names(array $segments)
    {
        return array_map(function ($text) {
            return rawurldecode(str_replace(array('&#36;', '&#40;', '&#41;'), array('$', '(', ')'), $text));
        }, array_values($segments));
    }

    /**
     * A button that was pressed on a page without scripts.
     *
     * @param array $names the server, and the process unless the action is for all of them
     * @return bool false: there is no such button
     */
    public function press($action, array $names)
    {
        $wanted = self::isForAll($action) ? 1 : 2;
        if (!$this->isPost() || !isset(self::STEPS[$action]) || count($names) !== $wanted || !isset($this->servers[$names[0]])) {
            return false;
        }
        $this->run($action, array(array($names[0], $wanted === 2 ? $names[1] : '')));
        return true;
    }

    /** The body of the request is JSON, {"action": "restart", "targets": [["server", "process"], ...]}; so is the answer. */
    public function many()
    {
        if (!$this->isPost()) {
            return false;
        }
        $body = (string) file_get_contents('php://input', false, null, 0, self::LONGEST + 1);
        $asked = strlen($body) > self::LONGEST ? null : json_decode($body, true, 8);
        if (!is_array($asked) || !isset($asked['action'], $asked['targets']) || !$this->isSensible($asked)) {
            http_response_code(400);
            $answer = array('error' => 'The request is not a known action for a list of pairs of server and process.');
        } elseif (count($asked['targets']) > self::AT_MOST) {
            http_response_code(400);
            $answer = array('error' => 'These are ' . count($asked['targets']) . ' processes; one request is for ' . self::AT_MOST . ' at most.');
        } else {
            $answer = array('results' => $this->run($asked['action'], $asked['targets']));
        }
        header('Content-Type: application/json');
        echo json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE);
        return true;
    }

    /**
     * What scripts ask for, as plain text: log/STREAM/BYTES/SERVER/PROCESS, the end of a log; activity, the last lines
     * of the activity log.
     *
     * @return bool false: there is no such answer
     */
    public function answer($what, array $names)
    {
        if ($what === 'activity' && !$names) {
            $text = $this->activity->last();
        } elseif ($what === 'log' && count($names) === 4 && $this->isLog($names)) {
            list($stream, $bytes, $server, $process) = $names;
            $found = $this->fleet->log($this->servers[$server], $stream, $process, (int) $bytes, $this->timeout);
            http_response_code(isset($found['error']) ? 502 : 200);
            $text = isset($found['error']) ? $found['error'] . "\n" : $found['text'];
        } else {
            return false;
        }
        header('Content-Type: text/plain; charset=utf-8');
        echo $text;
        return true;
    }

    private function isPost()
    {
        return $_SERVER['REQUEST_METHOD'] === 'POST';
    }

    private static function isForAll($action)
    {
        return substr($action, -3) === 'all';
    }

    private function isLog(array $names)
    {
        list($stream, $bytes, $server) = $names;
        return in_array($stream, array('stdout', 'stderr'), true) && isset($this->servers[$server])
            && preg_match('/^[1-9][0-9]{0,6}$/', $bytes) && (int) $bytes >= 10 && (int) $bytes <= Fleet::LONGEST_TAIL;
    }

    private function isSensible(array $asked)
    {
        $targets = $asked['targets'];
        if (!is_string($asked['action']) || !isset(self::STEPS[$asked['action']]) || !is_array($targets)) {
            return false;
        }
        foreach ($targets as $target) {
            if (!is_array($target) || count($target) !== 2 || !isset($target[0], $target[1])
                || !is_string($target[0]) || !is_string($target[1])
                || self::isForAll($asked['action']) !== ($target[1] === '')) {
                return false;
            }
        }
        return count($targets) >= 1;
    }

    /**
     * Do it, all at the same time, and note it.
     *
     * @param array $targets list of array(server, process), '' for all processes
     * @return array of the same order: array(server, process, error or null)
     */
    private function run($action, array $targets)
    {
        // Whoever asked may have left: what was begun ends, and is noted. How long that may take says act().
        ignore_user_abort(true);
        set_time_limit(0);
        $jobs = array();
        foreach ($targets as $target) {
            list($server, $process) = $target;
            $known = isset($this->servers[$server]) ? $this->servers[$server] : array('error' => 'There is no such server.');
            $jobs[serialize($target)] = array($known, $this->steps($action, $process), "$action $server $process");
        }
        $errors = $this->fleet->act($jobs, $this->timeout);
        $results = array();
        foreach ($targets as $target) {
            list($server, $process) = $target;
            $results[] = array($server, $process, $errors[serialize($target)]);
        }
        $this->activity->note($action, $results);
        return $results;
    }

    private function steps($action, $process)
    {
        $fine = array(
            'startProcess' => array(FleetFault::ALREADY_STARTED => array('RUNNING')),
            'stopProcess' => array(FleetFault::NOT_RUNNING => array('STOPPED', 'EXITED', 'FATAL')),
        );
        $steps = array();
        foreach (self::STEPS[$action] as $method) {
            $params = $process === '' ? array(true) : array($process, true);
            $params = $action === 'clear' ? array($process) : $params;
            $steps[] = array("supervisor.$method", $params, isset($fine[$method]) ? $fine[$method] : array());
        }
        return $steps;
    }
}

/** Who did what, when, and what became of it: one JSON object a line, in which no name can begin another line. */
class FleetActivity
{
    /** Bytes of the log that are shown. */
    const SHOWN = 65536;

    /** Longest name or text that is kept, in bytes. */
    const LONGEST = 500;

    private $path;

    public function __construct($path)
    {
        $this->path = (string) $path;
    }

    /** @param array $results list of array(server, process, error or null) */
    public function note($action, array $results)
    {
        if ($this->path === '') {
            return;
        }
        $lines = '';
        foreach ($results as $result) {
            $lines .= json_encode(array(
                'time' => gmdate('Y-m-d\TH:i:s\Z'),
                'user' => $this->short(isset($_SERVER['REMOTE_USER']) ? $_SERVER['REMOTE_USER'] : ''),
                'address' => isset($_SERVER['REMOTE_ADDR']) ? $_SERVER['REMOTE_ADDR'] : '',
                'action' => $action,
                'server' => $this->short($result[0]),
                'process' => $this->short($result[1]),
                'result' => $result[2] === null ? 'done' : 'failed: ' . $this->short($result[2]),
            ), JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE) . "\n";
        }
        if (!$this->append($lines)) {
            error_log('supervisord-monitor: the activity log cannot be written: ' . rtrim($lines));
        }
    }

    private function append($lines)
    {
        $before = umask(0027);
        $file = @fopen($this->path, 'ab');
        umask($before);
        if (!$file) {
            return false;
        }
        flock($file, LOCK_EX);
        $written = fwrite($file, $lines);
        fclose($file);
        return $written === strlen($lines);
    }

    private function short($text)
    {
        return strlen($text) > self::LONGEST ? substr($text, 0, self::LONGEST) . '...' : $text;
    }

    /** The last lines, the newest at the end. Just after a rotation they are those of the file before. */
    public function last()
    {
        $text = $this->path === '' ? '' : $this->end($this->path);
        if (strlen($text) < self::SHOWN && $this->path !== '') {
            $text = $this->end($this->path . '.1') . $text;
        }
        return $text;
    }

    private function end($path)
    {
        $file = @fopen($path, 'rb');
        if (!$file) {
            return '';
        }
        fseek($file, 0, SEEK_END);
        $begin = max(0, ftell($file) - self::SHOWN);
        fseek($file, $begin);
        $text = (string) stream_get_contents($file);
        fclose($file);
        // The first line may have lost its beginning.
        return $begin === 0 ? $text : (string) substr((string) strchr($text, "\n"), 1);
    }
}
